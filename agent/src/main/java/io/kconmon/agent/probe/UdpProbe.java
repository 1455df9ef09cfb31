package io.kconmon.agent.probe;

import io.kconmon.shared.udp.EchoPacket;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The UDP test: packets of {@value EchoPacket#SIZE} bytes to a peer's echo, one after the other; each waits for its
 * own reply, and a reply that comes after that is late, not the next packet's.
 *
 * @param interval
 *            from round to round
 * @param timeout
 *            for each packet; without a reply by then it is lost
 * @param packets
 *            a round
 * @param waited
 *            for how long this process's threads have waited to run so far, in nanoseconds
 */
public record UdpProbe(Duration interval, Duration timeout, int packets, LongSupplier waited)
        implements
            Probe<UdpPath, UdpRound> {

    /** So many replies are looked at on a socket that is given up, whatever else comes. */
    private static final int MAX_LATE = 256;
    /** In which a socket's timeout is given. */
    private static final long MILLI = 1_000_000;

    /** In a process whose threads never wait. */
    public UdpProbe(Duration interval, Duration timeout, int packets) {
        this(interval, timeout, packets, NEVER_WAITED);
    }

    /** The same, in a process whose threads have waited to run for so long so far, in nanoseconds. */
    public UdpProbe watchedBy(LongSupplier waited) {
        return new UdpProbe(interval, timeout, packets, waited);
    }

    @Override
    public UdpRound run(UdpPath path) throws InterruptedException {
        var round = new Round(path);
        if (path.isWorn()) {
            round.renewPath();
        }
        for (int i = 0; i < packets; i++) {
            round.exchange();
        }
        round.awaitLate();
        var result = new UdpRound(round.outcomes, round.late, round.duplicates);
        path.roundEnds(result.received() == 0);
        return result;
    }

    private final class Round {

        final ArrayList<Outcome<Duration>> outcomes = new ArrayList<>(packets);
        int late;
        int duplicates;

        private final UdpPath path;
        private final int firstToken;
        private final String tooLate = "no reply within %d ms".formatted(timeout.toMillis());
        private final Outcome<Duration> noReply = new Outcome.Failure<>(Cause.TIMEOUT, tooLate);
        /** When each packet was sent, and how long threads had waited by then. */
        private final long[] begins = new long[packets];
        private final long[] waitedBefore = new long[packets];
        /** When whoever waits now is to wake, whatever has come. */
        private long deadline;
        private final ByteBuffer packet = ByteBuffer.allocate(EchoPacket.SIZE);
        /** Longer than a packet, so that a longer datagram is seen to be none. */
        private final DatagramPacket received = new DatagramPacket(new byte[2 * EchoPacket.SIZE], 2 * EchoPacket.SIZE);

        Round(UdpPath path) {
            this.path = path;
            this.firstToken = path.followingToken();
        }

        /** What has come too late on the old socket is taken note of first. */
        void renewPath() throws InterruptedException {
            DatagramSocket old = path.openSocket();
            try {
                for (int i = 0; old != null && i < MAX_LATE; i++) {
                    old.setSoTimeout(1);
                    receive(old).ifPresent(this::stray);
                }
            } catch (IOException e) { // there is no more
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            path.renew();
        }

        void exchange() throws InterruptedException {
            int number = outcomes.size();
            outcomes.add(noReply);
            try {
                EchoPacket request = EchoPacket.request(path.nextToken());
                request.encode(packet);
                DatagramSocket socket = path.socket();
                var datagram = new DatagramPacket(packet.array(), EchoPacket.SIZE);
                waitedBefore[number] = waited.getAsLong();
                begins[number] = System.nanoTime();
                send(socket, datagram);
                outcomes.set(number, awaitReply(socket, request, begins[number]));
            } catch (SocketTimeoutException e) {
                // that there is none is what stands there, or that it came too late
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                outcomes.set(number, Cause.failure(e));
                if (Cause.of(e) == Cause.LOCAL) {
                    path.close();
                }
            }
        }

        /** The replies to this round's packets that were given up: they may say why they are late. */
        void awaitLate() throws InterruptedException {
            DatagramSocket socket = path.openSocket();
            deadline = System.nanoTime() + grace().toNanos();
            try {
                while (socket != null && outcomes.contains(noReply) && System.nanoTime() < deadline) {
                    socket.setSoTimeout(millisLeft());
                    receive(socket).ifPresent(this::stray);
                }
            } catch (IOException e) { // no more will come
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }

        /** An ICMP error on an earlier packet is told to the next one who sends; this packet has not gone out then. */
        private static void send(DatagramSocket socket, DatagramPacket datagram) throws IOException {
            try {
                socket.send(datagram);
            } catch (PortUnreachableException e) {
                socket.send(datagram);
            }
        }

        private Outcome<Duration> awaitReply(DatagramSocket socket, EchoPacket request, long begin)
                throws IOException {
            deadline = begin + timeout.toNanos();
            boolean isOver = false;
            while (!isOver) {
                isOver = System.nanoTime() >= deadline; // who wakes late has a last look at what came meanwhile
                socket.setSoTimeout(millisLeft());
                Optional<EchoPacket> reply = receive(socket);
                long now = System.nanoTime();
                if (reply.isPresent() && reply.get().token() == request.token() && now <= deadline) {
                    path.answered(request.token());
                    return new Outcome.Success<>(Duration.ofNanos(now - begin));
                }
                reply.ifPresent(this::stray);
            }
            throw new SocketTimeoutException();
        }

        /** Rounded up, and one at least: zero would mean for ever. */
        private int millisLeft() {
            return (int) Math.max(1, Math.ceilDiv(deadline - System.nanoTime(), MILLI));
        }

        private Optional<EchoPacket> receive(DatagramSocket socket) throws IOException {
            received.setLength(received.getData().length);
            socket.receive(received);
            return EchoPacket.decode(ByteBuffer.wrap(received.getData(), 0, received.getLength()));
        }

        private void stray(EchoPacket reply) {
            switch (path.stray(reply.token())) {
                case LATE -> {
                    late++;
                    int number = reply.token() - firstToken & EchoPacket.TOKEN_MASK;
                    if (number < outcomes.size() && outcomes.get(number).equals(noReply)) {
                        outcomes.set(number, late(number, reply.heldUp()));
                    }
                }
                case DUPLICATE -> duplicates++;
                case UNKNOWN -> {
                    // no packet of ours: a peer that was restarted, or somebody who guesses
                }
            }
        }

        /** Who finds it after the time at which to wake has itself woken late: it may have lain there in time. */
        private Outcome<Duration> late(int number, Duration heldUp) {
            long now = System.nanoTime();
            long wokeLate = now - deadline > MILLI ? now - deadline : 0;
            long waitedHere = Math.max(wokeLate, waited.getAsLong() - waitedBefore[number]);
            return new Outcome.Late<>(tooLate, Duration.ofNanos(now - begins[number]).minus(timeout),
                    Duration.ofNanos(waitedHere), heldUp, false);
        }
    }
}
