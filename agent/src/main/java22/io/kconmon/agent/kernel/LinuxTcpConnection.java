package io.kconmon.agent.kernel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;

/** A connection whose handshake (TCP_INFO, tcp(7)) and received bytes are timed by the kernel. */
final class LinuxTcpConnection implements TcpConnection {

    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    /** The port is chosen by connect(2), which knows the destination, and so can use one for several. */
    private static final int IP_BIND_ADDRESS_NO_PORT = 24;

    /** To send takes a tenth of this, if the thread is let run. */
    private static final long PROMPT_NANOS = 1_000_000;

    private final Poller poller;
    private final int fd;
    private final Memory memory;
    private final Message message;
    private final Waiter waiter;
    private final ReentrantLock lock = new ReentrantLock();
    private long watch;
    private boolean closed;
    private OptionalLong handshakeNanos = OptionalLong.empty();
    private long connectNanos;
    private long sentAt;
    private long sentNanoTime;
    private long answerNanos;

    private LinuxTcpConnection(Poller poller, int fd, Memory memory) {
        this.poller = poller;
        this.fd = fd;
        this.memory = memory;
        this.message = new Message(memory);
        this.waiter = new Waiter(poller);
    }

    static LinuxTcpConnection connect(Poller poller, InetAddress source, InetSocketAddress peer, long timeoutNanos)
            throws IOException, InterruptedException {
        LinuxTcpConnection connection = open(poller, source, peer);
        boolean connected = false;
        try {
            connection.connect(peer, timeoutNanos);
            connected = true;
            return connection;
        } finally {
            if (!connected) {
                connection.close();
            }
        }
    }

    private static LinuxTcpConnection open(Poller poller, InetAddress source, InetSocketAddress peer)
            throws SocketError {
        Memory memory = Memory.take();
        int fd = -1;
        try {
            int family = SocketAddress.family(peer.getAddress());
            fd = Descriptor.open(memory, family, Descriptor.SOCK_STREAM);
            Descriptor.set(memory, fd, IPPROTO_TCP, TCP_NODELAY, 1);
            Descriptor.stamp(memory, fd, Descriptor.RX_SOFTWARE | Descriptor.SOFTWARE);
            Descriptor.tellErrors(memory, fd, family);
            if (!source.isAnyLocalAddress()) {
                Descriptor.set(memory, fd, Message.SOL_IP, IP_BIND_ADDRESS_NO_PORT, 1);
                Descriptor.bind(memory, fd, family, new InetSocketAddress(source, 0));
            }
            return new LinuxTcpConnection(poller, fd, memory);
        } catch (SocketError e) {
            if (fd >= 0) {
                Descriptor.close(memory, fd);
            }
            memory.close();
            throw e;
        }
    }

    private void connect(InetSocketAddress peer, long timeoutNanos) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        int size = SocketAddress.write(memory, Memory.NAME, SocketAddress.family(peer.getAddress()), peer);
        long result = Libc.CONNECT.call(memory, fd, memory.at(Memory.NAME), size);
        if (result < 0 && result != -Errno.EINPROGRESS) {
            throw error((int) -result, "connect");
        }
        long deadline = System.nanoTime() + timeoutNanos; // from when the SYN has left
        while (!isConnected()) {
            if (System.nanoTime() - deadline >= 0) {
                throw new SocketTimeoutException("no handshake in time");
            }
            await(Poller.EPOLLOUT, deadline);
        }
        connectNanos = System.nanoTime() - begin;
    }

    /** The connection is registered with the poller only while a thread waits: each event costs a turn. */
    private void await(int event, long deadline) throws IOException, InterruptedException {
        lock.lock();
        try {
            requireOpen();
            if (watch == 0) {
                watch = poller.watch(memory, fd, event | Poller.EPOLLONESHOT, waiter);
            } else {
                poller.watchAgain(memory, fd, event | Poller.EPOLLONESHOT, watch);
            }
        } finally {
            lock.unlock();
        }
        waiter.await(deadline);
    }

    /** For tests. */
    int descriptor() {
        return fd;
    }

    private boolean isConnected() throws IOException {
        TcpInfo info = TcpInfo.of(fd, memory);
        if (info.isConnected()) {
            if (info.totalRetrans() == 0 && info.rttMicros() > 0) {
                handshakeNanos = OptionalLong.of(info.rttMicros() * 1000L);
            }
            return true;
        }
        int errno = Descriptor.error(memory, fd);
        if (errno != 0) {
            throw error(errno, "connect");
        }
        return false;
    }

    /** With who sent the ICMP error behind it, if there is one. */
    private SocketError error(int errno, String call) {
        Optional<InetAddress> saidBy = Optional.empty();
        while (ErrorQueue.next(fd, memory, message).orElse(null) instanceof ErrorQueue.Failed failed) {
            saidBy = failed.saidBy();
        }
        return Errno.error(errno, call, saidBy);
    }

    @Override
    public OptionalLong handshakeNanos() {
        return handshakeNanos;
    }

    @Override
    public long connectNanos() {
        return connectNanos;
    }

    @Override
    public void send(byte[] request) throws IOException {
        lock.lock();
        try {
            long begin = System.nanoTime();
            sentNanoTime = begin;
            sentAt = LinuxSockets.realTime();
            for (int sent = 0; sent < request.length;) {
                requireOpen();
                int length = Math.min(request.length - sent, Memory.DATA_SIZE);
                memory.put(Memory.DATA, request, sent, length);
                long result = Libc.SEND.call(memory, fd, memory.at(Memory.DATA), length,
                        Message.MSG_NOSIGNAL | Message.MSG_DONTWAIT);
                if (result < 0) {
                    throw error((int) -result, "send");
                }
                sent += (int) result;
            }
            if (System.nanoTime() - begin > PROMPT_NANOS) { // this thread was kept from running: count from after it
                sentNanoTime = System.nanoTime();
                sentAt = LinuxSockets.realTime();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int receive(byte[] into, long deadline) throws IOException, InterruptedException {
        while (true) {
            boolean isOver = System.nanoTime() - deadline >= 0; // bytes may have come before a late wake-up
            long result = tryReceive(into);
            if (result > 0) {
                return (int) result;
            }
            if (result == 0) {
                return -1;
            }
            if (isOver) {
                throw new SocketTimeoutException("no answer in time");
            }
            await(Poller.EPOLLIN | Poller.EPOLLRDHUP, deadline);
        }
    }

    /** @return how many bytes came, 0 at the end of the stream, less if there is nothing yet */
    private long tryReceive(byte[] into) throws IOException {
        lock.lock();
        try {
            requireOpen();
            message.toReceive(Math.min(into.length, Memory.DATA_SIZE));
            long length = message.receive(fd, 0);
            if (length < 0 && length != -Errno.EAGAIN) {
                throw error((int) -length, "recvmsg");
            }
            if (length > 0) {
                memory.get(Memory.DATA, into, 0, (int) length);
                answerNanos = since(message.stamp());
            }
            return length;
        } finally {
            lock.unlock();
        }
    }

    /** A clock that was set meanwhile gives an arbitrary time: only a time that fits into the elapsed time counts. */
    private long since(long stamp) {
        long gone = System.nanoTime() - sentNanoTime;
        long byStamps = stamp - sentAt;
        return byStamps >= 0 && byStamps <= gone ? byStamps : gone;
    }

    @Override
    public long answerNanos() {
        return answerNanos;
    }

    @Override
    public Optional<Boolean> acknowledged() {
        return info().map(TcpInfo::isAcknowledged);
    }

    @Override
    public int retransmits() {
        return info().map(TcpInfo::totalRetrans).orElse(0);
    }

    private Optional<TcpInfo> info() {
        lock.lock();
        try {
            return closed ? Optional.empty() : Optional.of(TcpInfo.of(fd, memory));
        } catch (SocketError e) {
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the connection is closed");
        }
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
        waiter.ready();
    }
}
