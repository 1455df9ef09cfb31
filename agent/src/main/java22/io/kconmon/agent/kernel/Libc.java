package io.kconmon.agent.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * The C library's functions, as far as they are needed.
 *
 * <p>
 * All are called by one handle that takes five longs and returns one: in the calling conventions of x86-64 (System V) and
 * aarch64 (AAPCS64) an int, a long and a pointer travel in the same registers. A handle a function would cost 1 MiB and
 * 80 ms of CPU more. Functions with variable arguments cannot be called this way.
 */
@SuppressWarnings({"restricted", "ImmutableEnumChecker"}) // needs restricted methods; a function's segment is immutable
enum Libc {
    SOCKET, BIND, CONNECT, CLOSE, GETSOCKNAME, GETSOCKOPT, SETSOCKOPT, SENDMSG, RECVMSG, SEND, EPOLL_CREATE1, EPOLL_CTL, EPOLL_WAIT, EVENTFD, READ, WRITE, MADVISE;

    private static final MethodHandle HANDLE = Linker.nativeLinker().downcallHandle(
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));

    private final MemorySegment address = Linker.nativeLinker().defaultLookup().find(symbol()).orElseThrow();

    String symbol() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Calls the function.
     *
     * @param memory
     *            gets the error number; no other thread may use it meanwhile
     * @return what it returned, an int with its sign; the negative error number if it returned -1
     */
    long call(Memory memory, long a, long b, long c, long d, long e) {
        long result;
        try {
            result = (long) HANDLE.invokeExact(address, memory.callState(), a, b, c, d, e);
        } catch (Throwable t) { // no function throws; the handle is declared to
            throw new IllegalStateException(symbol(), t);
        }
        boolean isSize = this == SENDMSG || this == RECVMSG || this == SEND || this == READ
                || this == WRITE;
        long value = isSize ? result : (int) result;
        return value == -1 ? -memory.errno() : value;
    }

    long call(Memory memory, long a, long b, long c, long d) {
        return call(memory, a, b, c, d, 0);
    }

    long call(Memory memory, long a, long b, long c) {
        return call(memory, a, b, c, 0, 0);
    }

    long call(Memory memory, long a, long b) {
        return call(memory, a, b, 0, 0, 0);
    }

    /** @throws SocketError if the function fails, as a local matter */
    int require(Memory memory, long a, long b, long c, long d, long e) throws SocketError {
        long result = call(memory, a, b, c, d, e);
        if (result < 0) {
            throw Errno.localError((int) -result, symbol());
        }
        return (int) result;
    }

    int require(Memory memory, long a, long b, long c) throws SocketError {
        return require(memory, a, b, c, 0, 0);
    }
}
