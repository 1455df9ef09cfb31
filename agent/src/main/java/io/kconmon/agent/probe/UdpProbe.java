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
 */
public record UdpProbe(Duration interval, Duration timeout, int packets) implements Probe<UdpPath, UdpRound> {

    /** So many replies are looked at on a socket that is given up, whatever else comes. */
    private static final int MAX_LATE = 256;

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
        var result = new UdpRound(round.outcomes, round.late, round.duplicates, round.cameLate, round.heldUp);
        path.roundEnds(result.received() == 0);
        return result;
    }

    private final class Round {

        final ArrayList<Outcome<Duration>> outcomes = new ArrayList<>(packets);
        int late;
        int duplicates;
        int cameLate;
        int heldUp;

        private final UdpPath path;
        private final int firstToken;
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
            try {
                DatagramSocket socket = path.socket();
                EchoPacket request = EchoPacket.request(path.nextToken());
                request.encode(packet);
                var datagram = new DatagramPacket(packet.array(), EchoPacket.SIZE);
                long begin = System.nanoTime();
                send(socket, datagram);
                outcomes.add(awaitReply(socket, request, begin));
            } catch (IOException e) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                outcomes.add(Cause.failure(e));
                if (Cause.of(e) == Cause.LOCAL) {
                    path.close();
                }
            }
        }

        /** The replies to this round's packets that were given up: they may say why they are late. */
        void awaitLate() throws InterruptedException {
            DatagramSocket socket = path.openSocket();
            long deadline = System.nanoTime() + grace().toNanos();
            try {
                while (socket != null && cameLate < timedOut()) {
                    socket.setSoTimeout(millisUntil(deadline));
                    receive(socket).ifPresent(this::stray);
                }
            } catch (IOException e) { // no more will come
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }

        private long timedOut() {
            return outcomes.stream().filter(it -> it.cause().equals(Optional.of(Cause.TIMEOUT))).count();
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
            long deadline = begin + timeout.toNanos();
            while (true) {
                socket.setSoTimeout(millisUntil(deadline));
                Optional<EchoPacket> reply = receive(socket);
                long now = System.nanoTime();
                if (reply.isPresent() && reply.get().token() == request.token() && now <= deadline) {
                    path.answered(request.token());
                    return new Outcome.Success<>(Duration.ofNanos(now - begin));
                }
                reply.ifPresent(this::stray);
            }
        }

        /** Rounded up: zero would mean for ever. */
        private int millisUntil(long deadline) throws SocketTimeoutException {
            long nanos = deadline - System.nanoTime();
            if (nanos <= 0) {
                throw new SocketTimeoutException("no reply within %d ms".formatted(timeout.toMillis()));
            }
            return (int) Math.ceilDiv(nanos, 1_000_000);
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
                    boolean ofThisRound = (reply.token() - firstToken & EchoPacket.TOKEN_MASK) < packets;
                    cameLate += ofThisRound ? 1 : 0;
                    heldUp += ofThisRound && reply.kind() == EchoPacket.Kind.HELD_UP_REPLY ? 1 : 0;
                }
                case DUPLICATE -> duplicates++;
                case UNKNOWN -> {
                    // no packet of ours: a peer that was restarted, or somebody who guesses
                }
            }
        }
    }
}
