package io.kconmon.agent.kernel;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A UDP socket whose packets the kernel stamps, both ways (Documentation/networking/timestamping.rst), and that
 * receives ICMP errors with their sender (IP_RECVERR, ip(7)).
 */
final class LinuxUdpSocket implements UdpSocket {

    private static final int STAMPS = Descriptor.TX_SOFTWARE | Descriptor.RX_SOFTWARE | Descriptor.SOFTWARE
            | Descriptor.OPT_TSONLY | Descriptor.OPT_CMSG;
    /** The number of packets that are read in one go, so that a flood of a port does not keep a thread for ever. */
    private static final int MOST = 4096;
    /** ICMP errors of other packets keep coming while one is sent, each of which fails it. */
    private static final int MOST_TRIES = 64;

    private final int fd;
    private final int family;
    private final int port;
    private final Memory memory;
    private final Message message;
    private final UdpListener listener;
    private final int capacity;
    private final Datagram datagram;
    private final ReentrantLock lock = new ReentrantLock();
    private int next;
    /** The number of the packet that the kernel counts as its first. */
    private int first;
    private long icmpErrors;
    private boolean closed;

    private LinuxUdpSocket(int fd, int family, int port, Memory memory, UdpListener listener) {
        this.fd = fd;
        this.family = family;
        this.port = port;
        this.memory = memory;
        this.message = new Message(memory);
        this.listener = listener;
        this.capacity = Math.min(listener.capacity(), Memory.DATA_SIZE);
        this.datagram = new Datagram(LinuxSockets::realTime, capacity);
    }

    static LinuxUdpSocket open(InetSocketAddress local, UdpListener listener) throws SocketError {
        Memory memory = Memory.take();
        int fd = -1;
        try {
            int family = SocketAddress.family(local.getAddress());
            fd = Descriptor.open(memory, family, Descriptor.SOCK_DGRAM);
            Descriptor.stamp(memory, fd, STAMPS | Descriptor.OPT_ID);
            Descriptor.tellErrors(memory, fd, family);
            Descriptor.enlarge(memory, fd);
            Descriptor.bind(memory, fd, family, local);
            return new LinuxUdpSocket(fd, family, Descriptor.port(memory, fd), memory, listener);
        } catch (SocketError e) {
            if (fd >= 0) {
                Descriptor.close(memory, fd);
            }
            memory.close();
            throw e;
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public int send(byte[] payload, InetSocketAddress to) throws IOException {
        lock.lock();
        try {
            long result = trySend(payload, to);
            // An error that names no earlier packet must come twice, without an ICMP error between.
            boolean isOwn = false;
            for (int i = 0; i < MOST_TRIES && !isOwn && result < 0
                    && Errno.mayBeOfAnEarlierPacket((int) -result); i++) {
                long known = icmpErrors;
                result = trySend(payload, to);
                isOwn = icmpErrors == known;
            }
            if (result < 0) {
                throw Errno.error((int) -result, "sendmsg");
            }
            return next++;
        } finally {
            lock.unlock();
        }
    }

    private long trySend(byte[] payload, InetSocketAddress to) throws IOException {
        requireOpen();
        memory.put(Memory.DATA, payload, 0, payload.length);
        message.toSend(payload.length, SocketAddress.write(memory, Memory.NAME, family, to), 0);
        long result = message.send(fd);
        if (result < 0) {
            readErrors(true); // while the kernel's numbers are as they were
            countAnew();
        }
        return result;
    }

    /**
     * Some kernels count a packet that could not be sent, others do not. Setting the option again resets the number to
     * 0.
     */
    private void countAnew() throws SocketError {
        Descriptor.stamp(memory, fd, STAMPS);
        Descriptor.stamp(memory, fd, STAMPS | Descriptor.OPT_ID);
        first = next;
    }

    /** Replies come first: once all have come, only the stamps are needed. */
    @Override
    public void poll() {
        lock.lock();
        try {
            boolean reads = listener.waitsForReplies();
            for (int i = 0; i < MOST && !closed && reads; i++) {
                message.toReceive(capacity);
                long length = message.receive(fd, Message.MSG_TRUNC);
                if (length == -Errno.EAGAIN) {
                    break;
                }
                if (length >= 0) { // otherwise an error, that is in the queue, too
                    datagram.set(SocketAddress.read(memory, Memory.NAME), (int) length, message.stamp());
                    memory.get(Memory.DATA, datagram.payload(), 0, (int) Math.min(length, capacity));
                    listener.received(datagram);
                }
            }
            readErrors(false);
        } finally {
            lock.unlock();
        }
    }

    /** @param all also packets that nobody waits for */
    private void readErrors(boolean all) {
        for (int i = 0; i < MOST && !closed && (all || isWaitedFor()); i++) {
            Optional<ErrorQueue.Entry> entry = ErrorQueue.next(fd, memory, message);
            if (entry.isEmpty()) {
                return;
            }
            tell(entry.get());
        }
    }

    private boolean isWaitedFor() {
        return listener.waitsForReplies() || listener.waitsForStamps();
    }

    private void tell(ErrorQueue.Entry entry) {
        switch (entry) {
            case ErrorQueue.Transmitted(int number, long nanos) -> listener.transmitted(first + number, nanos);
            case ErrorQueue.Failed(SocketError error, var saidBy, int length) -> {
                icmpErrors++;
                listener.undeliverable(new IcmpError(SocketAddress.read(memory, Memory.NAME),
                        ByteBuffer.wrap(memory.bytes(Memory.DATA, Math.min(length, Datagram.CAPACITY))), error,
                        saidBy));
            }
            case ErrorQueue.Other() -> {
                // nothing that anybody asked for
            }
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the socket is closed");
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                Descriptor.close(memory, fd);
                memory.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
