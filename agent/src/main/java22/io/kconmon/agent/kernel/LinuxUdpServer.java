package io.kconmon.agent.kernel;

import java.net.InetSocketAddress;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Answers on the poller's thread. A server on all addresses answers from the address that was asked (IP_PKTINFO,
 * ip(7)).
 */
final class LinuxUdpServer implements UdpServer, Poller.Handler {

    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_RECVPKTINFO = 49;
    /** {@code in_pktinfo}: interface 0, our address 4, the packet's destination 8. */
    private static final int PKTINFO_SIZE = 12;
    /** {@code in6_pktinfo}: address 0, interface 16. */
    private static final int PKTINFO6_SIZE = 20;
    /**
     * An answer usually leaves within a twentieth of this after its time was taken, unless the thread is kept from
     * running.
     */
    private static final long PROMPT_NANOS = 1_000_000;
    /** The number of requests that are answered before others get a turn. */
    private static final int MOST = 64;

    private final Poller poller;
    private final int fd;
    private final int family;
    private final int port;
    private final Memory memory;
    private final Message message;
    private final UdpResponder responder;
    private final Datagram request = new Datagram(LinuxSockets::realTime);
    private final ReentrantLock lock = new ReentrantLock();
    private long watch;
    private boolean closed;

    private LinuxUdpServer(Poller poller, int fd, int family, int port, Memory memory, UdpResponder responder) {
        this.poller = poller;
        this.fd = fd;
        this.family = family;
        this.port = port;
        this.memory = memory;
        this.message = new Message(memory);
        this.responder = responder;
    }

    /** On the wildcard address it serves both families, if the system has both. */
    static LinuxUdpServer open(Poller poller, InetSocketAddress local, UdpResponder responder) throws SocketError {
        if (!local.getAddress().isAnyLocalAddress()) {
            return open(poller, local, SocketAddress.family(local.getAddress()), responder);
        }
        try {
            return open(poller, local, SocketAddress.AF_INET6, responder);
        } catch (SocketError e) {
            if (e.errno() == Errno.EADDRINUSE) {
                throw e;
            }
            return open(poller, local, SocketAddress.AF_INET, responder);
        }
    }

    private static LinuxUdpServer open(Poller poller, InetSocketAddress local, int family, UdpResponder responder)
            throws SocketError {
        Memory memory = Memory.take();
        int fd = -1;
        try {
            fd = Descriptor.open(memory, family, Descriptor.SOCK_DGRAM);
            if (family == SocketAddress.AF_INET6) {
                Descriptor.set(memory, fd, Message.SOL_IPV6, IPV6_V6ONLY,
                        local.getAddress().isAnyLocalAddress() ? 0 : 1);
                Descriptor.set(memory, fd, Message.SOL_IPV6, IPV6_RECVPKTINFO, 1);
            } else {
                Descriptor.set(memory, fd, Message.SOL_IP, Message.IP_PKTINFO, 1);
            }
            Descriptor.stamp(memory, fd, Descriptor.RX_SOFTWARE | Descriptor.SOFTWARE);
            Descriptor.enlarge(memory, fd);
            Descriptor.bind(memory, fd, family, local);
            var server = new LinuxUdpServer(poller, fd, family, Descriptor.port(memory, fd), memory, responder);
            server.lock.lock(); // the first packet waits until all is set
            try {
                server.watch = poller.watch(memory, fd, Poller.EPOLLIN, server);
            } finally {
                server.lock.unlock();
            }
            return server;
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
    public void ready() {
        lock.lock();
        try {
            for (int i = 0; i < MOST && !closed; i++) {
                message.toReceive(Datagram.CAPACITY);
                long length = message.receive(fd, Message.MSG_TRUNC);
                if (length < 0) {
                    return; // no more, or an error that this read has cleared
                }
                answer((int) length);
            }
        } finally {
            lock.unlock();
        }
    }

    private void answer(int length) {
        request.set(SocketAddress.read(memory, Memory.NAME), length, message.stamp());
        memory.get(Memory.DATA, request.payload(), 0, Math.min(length, Datagram.CAPACITY));
        int controlSize = ourAddress();
        int answer = responder.answer(request);
        send(answer, controlSize);
        if (answer > 0 && System.nanoTime() - request.askedNanoTime() > PROMPT_NANOS) {
            send(responder.takeBack(request), controlSize);
        }
    }

    private void send(int answer, int controlSize) {
        if (answer > 0) {
            memory.put(Memory.DATA, request.payload(), 0, answer);
            message.toSend(answer, family == SocketAddress.AF_INET ? 16 : Memory.NAME_SIZE, controlSize);
            message.send(fd); // the client sees a lost answer as a loss
        }
    }

    /** Reuses the received control message, which has the request's destination, for the answer; returns its size. */
    private int ourAddress() {
        if (family == SocketAddress.AF_INET) {
            int at = message.find(Message.SOL_IP, Message.IP_PKTINFO);
            if (at < 0) {
                return 0;
            }
            int address = memory.getInt(at + 4);
            int size = message.control(Message.SOL_IP, Message.IP_PKTINFO, PKTINFO_SIZE);
            memory.putInt(Message.controlData() + 4, address);
            return size;
        }
        int at = message.find(Message.SOL_IPV6, Message.IPV6_PKTINFO);
        if (at < 0) {
            return 0;
        }
        long high = memory.getLong(at);
        long low = memory.getLong(at + 8);
        int networkInterface = memory.getInt(at + 16);
        int size = message.control(Message.SOL_IPV6, Message.IPV6_PKTINFO, PKTINFO6_SIZE);
        memory.putLong(Message.controlData(), high);
        memory.putLong(Message.controlData() + 8, low);
        if (isLinkLocal(high)) {
            memory.putInt(Message.controlData() + 16, networkInterface);
        }
        return size;
    }

    /** Of fe80::/10 (RFC 4291, 2.5.6), which means nothing without its interface. */
    private static boolean isLinkLocal(long firstBytes) {
        return (firstBytes & 0xC0FF) == 0x80FE;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                poller.forget(watch);
                Descriptor.close(memory, fd);
                memory.close();
            }
        } finally {
            lock.unlock();
        }
    }
}
