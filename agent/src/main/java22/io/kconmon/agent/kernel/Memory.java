package io.kconmon.agent.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A page of native memory: what one socket needs to speak with the kernel. Pages are never given back to the system but used
 * again, so there are as many as there have ever been sockets at once. Used by one thread at a time.
 *
 * <p>
 * Numbers are in the machine's order, which is little-endian on both architectures, unless a name says otherwise.
 */
final class Memory implements AutoCloseable {

    static final int SIZE = 4096;
    /** The error number of the last call, where {@code captureCallState} puts it. */
    private static final int CALL_STATE = 0;
    /** A socket's address: {@code sockaddr_in} or {@code sockaddr_in6}. */
    static final int NAME = 16;
    static final int NAME_SIZE = 28;
    /** {@code msghdr}: 56 bytes. */
    static final int HEADER = 64;
    /** {@code iovec}: 16 bytes. */
    static final int VECTOR = 128;
    /** Small things, such as an option's value or its length. */
    static final int VALUE = 160;
    static final int CONTROL = 512;
    static final int CONTROL_SIZE = 512;
    static final int DATA = 1024;
    static final int DATA_SIZE = SIZE - DATA;

    private static final ConcurrentLinkedQueue<Memory> FREE = new ConcurrentLinkedQueue<>();
    private static final AtomicInteger IN_USE = new AtomicInteger();

    private final MemorySegment page = Arena.global().allocate(SIZE, 16);
    private final MemorySegment callState = page.asSlice(CALL_STATE, 4);

    private Memory() {
    }

    static Memory take() {
        Memory free = FREE.poll();
        IN_USE.incrementAndGet();
        return free != null ? free : new Memory();
    }

    /** How many pages are in use. */
    static int inUse() {
        return IN_USE.get();
    }

    /** Gives the page back. Once only. */
    @Override
    public void close() {
        IN_USE.decrementAndGet();
        FREE.add(this);
    }

    MemorySegment callState() {
        return callState;
    }

    int errno() {
        return getInt(CALL_STATE);
    }

    /** The native address of what lies at an offset. */
    long at(int offset) {
        return page.address() + offset;
    }

    byte getByte(int offset) {
        return page.get(JAVA_BYTE, offset);
    }

    int getInt(int offset) {
        return page.get(JAVA_INT_UNALIGNED, offset);
    }

    long getLong(int offset) {
        return page.get(JAVA_LONG_UNALIGNED, offset);
    }

    /** A port. */
    int getShortInNetworkOrder(int offset) {
        return Short.toUnsignedInt(page.get(JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), offset));
    }

    void putShort(int offset, int value) {
        page.set(JAVA_SHORT_UNALIGNED, offset, (short) value);
    }

    void putShortInNetworkOrder(int offset, int value) {
        page.set(JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), offset, (short) value);
    }

    void putInt(int offset, int value) {
        page.set(JAVA_INT_UNALIGNED, offset, value);
    }

    void putLong(int offset, long value) {
        page.set(JAVA_LONG_UNALIGNED, offset, value);
    }

    void put(int offset, byte[] bytes, int from, int length) {
        MemorySegment.copy(bytes, from, page, JAVA_BYTE, offset, length);
    }

    void get(int offset, byte[] into, int at, int length) {
        MemorySegment.copy(page, JAVA_BYTE, offset, into, at, length);
    }

    byte[] bytes(int offset, int length) {
        var bytes = new byte[length];
        get(offset, bytes, 0, length);
        return bytes;
    }

    void clear(int offset, int length) {
        page.asSlice(offset, length).fill((byte) 0);
    }
}
