package io.kconmon.agent.probe.udp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Probe;
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
 * The UDP test: packets of {@value EchoPacket#SIZE} bytes to a peer's echo, one after the other. Each waits for its own
 * reply. A reply that comes after its time is late, and is not taken for the next packet's.
 */
final class UdpProbe implements Probe<UdpResult> {

    /** So many replies are looked at on a socket that is given up, whatever else comes. */
    private static final int MAX_LATE = 256;

    private final UdpSettings settings;
    private final UdpPath path;
    private final ByteBuffer packet = ByteBuffer.allocate(EchoPacket.SIZE);
    /** Longer than a packet, so that a longer datagram is seen to be none. */
    private final DatagramPacket received = new DatagramPacket(new byte[2 * EchoPacket.SIZE], 2 * EchoPacket.SIZE);
    private int late;
    private int duplicates;

    /** Makes a probe that closes its path when it is closed. */
    UdpProbe(UdpSettings settings, UdpPath path) {
        this.settings = settings;
        this.path = path;
    }

    @Override
    public UdpResult run() throws InterruptedException {
        late = 0;
        duplicates = 0;
        if (path.isWorn()) {
            renewPath();
        }
        var outcomes = new ArrayList<Outcome<Duration>>(settings.packets());
        for (int i = 0; i < settings.packets(); i++) {
            outcomes.add(exchange());
        }
        var result = new UdpResult(outcomes, late, duplicates);
        path.roundEnds(result.received() == 0);
        return result;
    }

    /** What has come too late on the old socket is counted first. */
    private void renewPath() throws InterruptedException {
        DatagramSocket old = path.openSocket();
        try {
            for (int i = 0; old != null && i < MAX_LATE; i++) {
                old.setSoTimeout(1);
                receive(old).ifPresent(this::countStray);
            }
        } catch (IOException e) { // no more has come
            endIfInterrupted();
        }
        path.renew();
    }

    private Outcome<Duration> exchange() throws InterruptedException {
        try {
            EchoPacket request = EchoPacket.request(path.nextToken());
            request.encode(packet);
            DatagramSocket socket = path.socket();
            long begin = System.nanoTime();
            send(socket, new DatagramPacket(packet.array(), EchoPacket.SIZE));
            return new Outcome.Success<>(awaitReply(socket, request.token(), begin));
        } catch (SocketTimeoutException e) {
            return new Outcome.Failure<>(Cause.TIMEOUT,
                    "no reply within %d ms".formatted(settings.timeout().toMillis()));
        } catch (IOException e) {
            endIfInterrupted();
            if (Cause.of(e) == Cause.LOCAL) {
                path.close();
            }
            return Outcome.failure(e);
        }
    }

    /** An ICMP error about an earlier packet is told to the next one that is sent, which has not gone out then. */
    private static void send(DatagramSocket socket, DatagramPacket datagram) throws IOException {
        try {
            socket.send(datagram);
        } catch (PortUnreachableException e) {
            socket.send(datagram);
        }
    }

    private Duration awaitReply(DatagramSocket socket, int token, long begin) throws IOException {
        long deadline = begin + settings.timeout().toNanos();
        while (true) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new SocketTimeoutException();
            }
            socket.setSoTimeout((int) Math.ceilDiv(left, 1_000_000)); // rounded up, because zero would mean for ever
            Optional<EchoPacket> reply = receive(socket);
            long now = System.nanoTime();
            if (reply.isPresent() && reply.get().token() == token && now <= deadline) {
                path.answered(token);
                return Duration.ofNanos(now - begin);
            }
            reply.ifPresent(this::countStray);
        }
    }

    private Optional<EchoPacket> receive(DatagramSocket socket) throws IOException {
        received.setLength(received.getData().length);
        socket.receive(received);
        return EchoPacket.decode(ByteBuffer.wrap(received.getData(), 0, received.getLength()));
    }

    private void countStray(EchoPacket reply) {
        switch (path.stray(reply.token())) {
            case LATE -> late++;
            case DUPLICATE -> duplicates++;
            case UNKNOWN -> {
                // no packet of ours: a peer that was restarted, or somebody who guesses
            }
        }
    }

    private static void endIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    @Override
    public void close() {
        path.close();
    }
}
