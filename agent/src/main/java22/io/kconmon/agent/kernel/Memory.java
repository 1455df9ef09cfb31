package io.kconmon.agent.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A page of native memory that one socket uses for its system calls. Pages are reused and never given back to the
 * system, so their number is the highest number of sockets that were open at once. Used by one thread at a time.
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
    private final long address = page.address();
    /** The same page. To a compiler that does not inline much, a buffer costs a tenth of a segment. */
    private final ByteBuffer bytes = page.asByteBuffer().order(ByteOrder.nativeOrder());

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

    /** The native address of an offset. */
    long at(int offset) {
        return address + offset;
    }

    byte getByte(int offset) {
        return bytes.get(offset);
    }

    int getInt(int offset) {
        return bytes.getInt(offset);
    }

    long getLong(int offset) {
        return bytes.getLong(offset);
    }

    /** A port. */
    int getShortInNetworkOrder(int offset) {
        return Short.toUnsignedInt(Short.reverseBytes(bytes.getShort(offset)));
    }

    void putShort(int offset, int value) {
        bytes.putShort(offset, (short) value);
    }

    void putShortInNetworkOrder(int offset, int value) {
        bytes.putShort(offset, Short.reverseBytes((short) value));
    }

    void putInt(int offset, int value) {
        bytes.putInt(offset, value);
    }

    void putLong(int offset, long value) {
        bytes.putLong(offset, value);
    }

    void put(int offset, byte[] from, int start, int length) {
        bytes.put(offset, from, start, length);
    }

    void get(int offset, byte[] into, int start, int length) {
        bytes.get(offset, into, start, length);
    }

    byte[] bytes(int offset, int length) {
        var copy = new byte[length];
        get(offset, copy, 0, length);
        return copy;
    }

    void clear(int offset, int length) {
        for (int i = 0; i < length; i++) {
            bytes.put(offset + i, (byte) 0);
        }
    }
}
