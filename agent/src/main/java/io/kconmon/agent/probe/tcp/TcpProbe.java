package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.SocketError;
import io.kconmon.agent.kernel.TcpConnection;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Probe;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The TCP test: one {@code GET /readiness} (HTTP/1.1, RFC 9112) on a connection of its own, Nagle off, closed by the
 * other end. Its times are the kernel's: the handshake's round trip, and the arrival of the last byte.
 *
 * <p>
 * The request is padded beyond what one Ethernet frame holds, so that a full one goes out. A hole that swallows large
 * packets and lets small ones pass (a tunnel whose overhead nobody subtracted, RFC 2923, 2.1) fails the test of the
 * agent that sends into it.
 */
final class TcpProbe implements Probe<TcpResult> {

    private static final String PADDING = "X-Padding: ";
    private static final String END = "\r\n\r\n";

    private final TcpSettings settings;
    private final Ticks ticks;
    private final Sockets sockets;
    private final InetAddress source;
    private final InetSocketAddress peer;

    /** Makes a probe of one agent, whose connections come from the source address. */
    TcpProbe(TcpSettings settings, Ticks ticks, Sockets sockets, InetAddress source, InetSocketAddress peer) {
        this.settings = settings;
        this.ticks = ticks;
        this.sockets = sockets;
        this.source = source;
        this.peer = peer;
    }

    @Override
    public TcpResult run() throws InterruptedException {
        var answer = new TcpAnswer();
        TcpConnection connection;
        try {
            connection = sockets.connect(source, peer, settings.timeout().toNanos());
        } catch (IOException e) {
            return new TcpResult(notConnected(e), answer.peerState(false), 0);
        }
        try (connection) {
            Outcome<TcpTiming> outcome;
            try {
                outcome = exchange(connection, answer);
            } catch (IOException e) {
                outcome = Outcome.failure(e);
            }
            return new TcpResult(outcome, answer.peerState(outcome.cause().isEmpty()), connection.retransmits());
        }
    }

    private Outcome<TcpTiming> notConnected(IOException e) {
        boolean isTimeout = e instanceof SocketTimeoutException
                || (e instanceof SocketError error && error.kind() == SocketError.Kind.TIMED_OUT);
        return isTimeout
                ? new Outcome.Failure<>(Cause.CONNECT_TIMEOUT,
                        "no handshake within %d ms".formatted(settings.timeout().toMillis()))
                : Outcome.failure(e);
    }

    private Outcome<TcpTiming> exchange(TcpConnection connection, TcpAnswer answer)
            throws IOException, InterruptedException {
        long connect = connection.handshakeNanos().orElse(connection.connectNanos());
        connection.send(request(peer, settings.requestBytes())); // kept by each probe, it would be 2 MB for 1,000 peers
        long deadline = System.nanoTime() + settings.timeout().toNanos() - connect;
        if (sockets.clock() == Sockets.Clock.KERNEL) {
            // Most answers are there by then. The stamp says when they came; by the process's clock a wait would be in the figure.
            sockets.sleepUntil(Math.min(ticks.after(System.nanoTime() + Ticks.PROMPT.nanos()), deadline));
        }
        try {
            read(connection, answer, deadline);
        } catch (SocketTimeoutException e) {
            return readLate(connection, answer, deadline, connect);
        }
        return judge(connection, answer, connect);
    }

    /** By the network's time, however late the answer was read. */
    private Outcome<TcpTiming> judge(TcpConnection connection, TcpAnswer answer, long connect) {
        Optional<Outcome<TcpTiming>> failure = answer.failure();
        if (failure.isPresent()) {
            return failure.get();
        }
        long total = connect + connection.answerNanos();
        if (total > settings.timeout().toNanos()) {
            return new Outcome.Failure<>(isWayShort(connection) ? Cause.STALLED : Cause.LATE,
                    "answered after %d ms; the timeout is %d".formatted(total / 1_000_000,
                            settings.timeout().toMillis()));
        }
        Optional<Duration> handshake = connection.handshakeNanos().isPresent()
                ? Optional.of(Duration.ofNanos(connect))
                : Optional.empty();
        return new Outcome.Success<>(new TcpTiming(handshake, Duration.ofNanos(total)));
    }

    /**
     * Whether the network had no part in the answer's delay: it has a round trip each for connecting and for asking,
     * and if these fit, and nothing had to be sent again, the rest is the peer's.
     */
    private boolean isWayShort(TcpConnection connection) {
        return connection.acknowledged().orElse(false) && connection.retransmits() == 0
                && connection.handshakeNanos().isPresent()
                && 2 * connection.handshakeNanos().getAsLong() <= settings.timeout().toNanos();
    }

    /** The test has failed. The packets that still come, or their absence, tell the cause. */
    private Outcome<TcpTiming> readLate(TcpConnection connection, TcpAnswer answer, long deadline, long connect)
            throws InterruptedException {
        String detail = "no answer within %d ms".formatted(settings.timeout().toMillis());
        try {
            read(connection, answer, deadline + settings.patience().minus(settings.timeout()).toNanos());
            if (answer.failure().isEmpty()) {
                return judge(connection, answer, connect);
            }
        } catch (SocketTimeoutException e) {
            // it does not come
        } catch (IOException e) {
            return Outcome.failure(e); // the acknowledged bytes of a cut connection are unknown
        }
        Optional<Boolean> acknowledged = connection.acknowledged();
        if (acknowledged.isEmpty()) {
            return new Outcome.Failure<>(Cause.TIMEOUT, detail);
        }
        return acknowledged.get()
                ? new Outcome.Failure<>(Cause.STALLED, detail + ", though the peer's kernel has the request")
                : new Outcome.Failure<>(Cause.UNACKNOWLEDGED, detail + ", nor was the request acknowledged");
    }

    static byte[] request(InetSocketAddress peer, int bytes) {
        String literal = peer.getAddress().getHostAddress();
        String host = peer.getAddress() instanceof Inet6Address ? "[" + literal.replaceAll("%.*", "") + "]" : literal;
        String head = "GET /readiness HTTP/1.1\r\nHost: " + host + ":" + peer.getPort()
                + "\r\nUser-Agent: kconmon\r\nConnection: close\r\n" + PADDING;
        var request = new byte[bytes];
        Arrays.fill(request, (byte) 'x');
        put(head, request, 0);
        put(END, request, bytes - END.length());
        return request;
    }

    private static void put(String ascii, byte[] into, int at) {
        System.arraycopy(ascii.getBytes(StandardCharsets.US_ASCII), 0, into, at, ascii.length());
    }

    private static void read(TcpConnection connection, TcpAnswer answer, long deadline)
            throws IOException, InterruptedException {
        var chunk = new byte[512];
        while (!answer.isOver()) {
            int length = connection.receive(chunk, deadline);
            if (length < 0) {
                return;
            }
            answer.append(chunk, length);
        }
    }
}
