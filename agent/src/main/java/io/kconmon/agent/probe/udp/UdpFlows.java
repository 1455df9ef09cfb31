package io.kconmon.agent.probe.udp;

import io.kconmon.agent.kernel.Datagram;
import io.kconmon.agent.kernel.IcmpError;
import io.kconmon.agent.kernel.SocketError;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.UdpListener;
import io.kconmon.agent.kernel.UdpSocket;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The sockets that all requests leave by: one a flow, for all peers, from the first packet to the end of the program.
 * Devices on the way that tell connections apart by their ports (ECMP, LACP, connection tracking) see each flow to a
 * peer as one lasting connection.
 */
final class UdpFlows implements AutoCloseable {

    /** Replies and transmit stamps share a socket's buffer, which holds some hundreds of them. */
    private static final int MOST_UNREAD = 32;

    /** One source port of each family that is in use, and the packets whose transmit stamps it waits for. */
    private final class Flow implements UdpListener, AutoCloseable {

        private final UdpSocket socket;
        /** By token. A reply to another port than the request's is ignored. */
        private final Map<Integer, Packet> packets = new HashMap<>();
        private final Map<Integer, Packet> unstamped = new HashMap<>();
        /** Packets on their way. */
        private int waitedFor;
        private int sentUnread;
        private boolean readsAll;

        Flow(InetAddress local) throws IOException {
            socket = sockets.udp(new InetSocketAddress(local, 0), this);
        }

        /** The packet is registered once it is sent, so that a reply to another one is not taken for its own. */
        void send(Packet packet) throws IOException {
            readBefore();
            packet.sentNanoTime = System.nanoTime();
            packet.sentAt = sockets.now();
            packet.number = socket.send(EchoPacket.request(packet.token), packet.peer);
            packets.put(packet.token, packet);
            unstamped.put(packet.number, packet);
            waitedFor++;
        }

        /** The socket's buffer has room for so many: packets of strangers, or a stall, must not displace replies. */
        private void readBefore() {
            if (waitedFor == 0 || ++sentUnread >= MOST_UNREAD) {
                readsAll = true;
                poll();
                readsAll = false;
            }
        }

        /** A random token that no pending packet has. */
        int newToken() {
            int token;
            do {
                token = ThreadLocalRandom.current().nextInt(EchoPacket.TOKEN_MASK + 1);
            } while (packets.containsKey(token));
            return token;
        }

        void poll() {
            sentUnread = 0;
            socket.poll();
        }

        /** No thread waits for it any more. */
        void forget(Packet packet) {
            waitedFor -= packets.remove(packet.token) == null || packet.isDone() ? 0 : 1;
            unstamped.remove(packet.number, packet);
        }

        @Override
        public boolean waitsForReplies() {
            return readsAll || waitedFor > 0;
        }

        @Override
        public boolean waitsForStamps() {
            return !unstamped.isEmpty();
        }

        @Override
        public void transmitted(int number, long nanos) {
            Packet packet = unstamped.remove(number);
            if (packet != null && nanos >= packet.sentAt) { // not an earlier packet's stamp
                packet.sentAt = nanos;
            }
        }

        @Override
        public void received(Datagram datagram) {
            EchoPacket.reply(datagram).ifPresent(reply -> {
                Packet packet = packets.get(reply.token());
                if (packet != null && packet.peer.equals(datagram.source())) {
                    waitedFor -= packet.isDone() ? 0 : 1;
                    packet.receive(reply, datagram.receivedAt(), datagram.isStamped());
                }
            });
        }

        /** A router may quote less than the whole packet: then it is for all that are on their way there by this flow. */
        @Override
        public void undeliverable(IcmpError error) {
            if (error.error().kind() == SocketError.Kind.LOCAL) {
                return; // a router's error is not a local failure
            }
            Packet quoted = EchoPacket.token(error.payload()).map(packets::get).orElse(null);
            if (quoted != null) {
                fail(quoted, error);
            } else if (error.payload().remaining() < EchoPacket.REQUEST_SIZE) {
                packets.values().stream()
                        .filter(it -> it.peer.equals(error.destination()) && !it.isDone())
                        .forEach(it -> fail(it, error));
            }
        }

        private void fail(Packet packet, IcmpError error) {
            waitedFor -= packet.isDone() ? 0 : 1;
            packet.fail(error);
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private final Sockets sockets;
    private final InetAddress source;
    private final Flow[] flows;
    private final Flow[] flows6;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    /**
     * Makes flows, whose sockets are opened when they are first used.
     *
     * @param source
     *            the source address of packets; any address if it is the wildcard address
     */
    UdpFlows(Sockets sockets, InetAddress source, int count) {
        this.sockets = sockets;
        this.source = source;
        this.flows = new Flow[count];
        this.flows6 = new Flow[count];
    }

    int count() {
        return flows.length;
    }

    /** A source port that no flow has, for one packet. Closes with it. */
    final class FreshPort implements AutoCloseable {

        private final Flow flow;
        private final Packet packet;

        FreshPort(InetSocketAddress peer) throws IOException {
            lock.lock();
            try {
                requireOpen();
                flow = new Flow(local(peer));
                packet = new Packet(peer, -1, flow.newToken());
            } finally {
                lock.unlock();
            }
        }

        void send() throws IOException {
            lock.lock();
            try {
                flow.send(packet);
            } finally {
                lock.unlock();
            }
        }

        boolean isAnswered() {
            lock.lock();
            try {
                flow.poll();
                return packet.isAnswered();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                flow.close();
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Sends a request.
     *
     * @return the packet; its reply or error is known after a {@link #poll}
     * @throws IOException
     *             if it could not be sent
     */
    Packet send(InetSocketAddress peer, int number) throws IOException {
        lock.lock();
        try {
            Flow flow = open(peer, number);
            var packet = new Packet(peer, number, flow.newToken());
            flow.send(packet);
            return packet;
        } finally {
            lock.unlock();
        }
    }

    /** The source port of a flow to this peer; 0 if it could not be opened. */
    int port(InetSocketAddress peer, int number) {
        lock.lock();
        try {
            Flow flow = family(peer)[number];
            return flow == null ? 0 : flow.socket.port();
        } finally {
            lock.unlock();
        }
    }

    /** Reads all packets that have come on any flow; returns whether all of these packets are done. */
    boolean poll(Collection<Packet> waitedFor) {
        lock.lock();
        try {
            poll(flows);
            poll(flows6);
            for (Packet packet : waitedFor) {
                if (!packet.isDone()) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static void poll(Flow[] family) {
        for (Flow flow : family) {
            if (flow != null) {
                flow.poll();
            }
        }
    }

    /** How many packets are known, for tests. */
    int known() {
        lock.lock();
        try {
            return Stream.of(flows, flows6).flatMap(Stream::of).filter(Objects::nonNull)
                    .mapToInt(it -> it.packets.size() + it.unstamped.size()).sum();
        } finally {
            lock.unlock();
        }
    }

    /** Does something with packets while none of them changes. */
    <T> T undisturbed(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Replies to these packets are ignored from now on. */
    void forget(Collection<Packet> given) {
        lock.lock();
        try {
            for (Packet packet : given) {
                Flow flow = family(packet.peer)[packet.flow];
                if (flow != null) {
                    flow.forget(packet);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private Flow[] family(InetSocketAddress peer) {
        return peer.getAddress() instanceof Inet6Address ? flows6 : flows;
    }

    private Flow open(InetSocketAddress peer, int number) throws IOException {
        requireOpen();
        Flow[] family = family(peer);
        if (family[number] == null) {
            family[number] = new Flow(local(peer));
        }
        return family[number];
    }

    private InetAddress local(InetSocketAddress peer) throws IOException {
        return source.isAnyLocalAddress()
                ? InetAddress.getByAddress(new byte[peer.getAddress().getAddress().length])
                : source;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the program ends");
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            for (int i = 0; i < flows.length; i++) {
                Sockets.closeQuietly(flows[i]);
                Sockets.closeQuietly(flows6[i]);
            }
        } finally {
            lock.unlock();
        }
    }
}
