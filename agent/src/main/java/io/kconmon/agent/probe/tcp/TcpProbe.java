package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Probe;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * The TCP test: one {@code GET /readiness} (HTTP/1.1, RFC 9112) on a connection of its own, Nagle off, closed by the
 * other end. It is written on a blocking socket, because the time to connect is half of what is measured, and an HTTP
 * client hides it behind its pool.
 *
 * <p>
 * The request is padded beyond what one Ethernet frame holds, so that a full one goes out. A hole that swallows large
 * packets and lets small ones pass (a tunnel whose overhead nobody subtracted, RFC 2923, 2.1) fails the test of
 * whoever sends into it.
 */
final class TcpProbe implements Probe<TcpResult> {

    /** More than the 1500 of an Ethernet frame (RFC 894), also where frames are larger and a switch takes no such. */
    static final int REQUEST_BYTES = 2000;
    private static final String PADDING = "X-Padding: ";
    private static final String END = "\r\n\r\n";
    /** A late answer is waited for until this many timeouts after the first: it may say that the peer stops. */
    private static final int MORE_TIMEOUTS = 2;

    private final Duration timeout;
    private final InetAddress source;
    private final InetSocketAddress peer;

    /**
     * Makes a probe of one agent.
     *
     * @param timeout
     *            for the whole request, connecting included
     * @param source
     *            the address that connections come from
     */
    TcpProbe(Duration timeout, InetAddress source, InetSocketAddress peer) {
        this.timeout = timeout;
        this.source = source;
        this.peer = peer;
    }

    @Override
    public TcpResult run() throws InterruptedException {
        var answer = new TcpAnswer();
        Outcome<TcpTiming> outcome;
        try (var socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.bind(new InetSocketAddress(source, 0));
            outcome = exchange(socket, answer);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            outcome = Outcome.failure(e);
        }
        return new TcpResult(outcome, answer.peerState(outcome.cause().isEmpty()));
    }

    private Outcome<TcpTiming> exchange(Socket socket, TcpAnswer answer) throws IOException {
        long begin = System.nanoTime();
        long deadline = begin + timeout.toNanos();
        socket.connect(peer, millisUntil(deadline));
        var connect = Duration.ofNanos(System.nanoTime() - begin);
        socket.getOutputStream().write(request());
        try {
            read(socket, answer, deadline);
        } catch (SocketTimeoutException e) {
            readLate(socket, answer, deadline);
            return new Outcome.Failure<>(Cause.TIMEOUT, "no answer within %d ms".formatted(timeout.toMillis()));
        }
        var total = Duration.ofNanos(System.nanoTime() - begin);
        return answer.failure().orElseGet(() -> new Outcome.Success<>(new TcpTiming(connect, total)));
    }

    private byte[] request() {
        String literal = peer.getAddress().getHostAddress();
        String host = peer.getAddress() instanceof Inet6Address ? "[" + literal.replaceAll("%.*", "") + "]" : literal;
        String head = "GET /readiness HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: kconmon\r\nConnection: close\r\n"
                .formatted(host, peer.getPort()) + PADDING;
        return (head + "x".repeat(REQUEST_BYTES - head.length() - END.length()) + END)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static void read(Socket socket, TcpAnswer answer, long deadline) throws IOException {
        InputStream in = socket.getInputStream();
        var chunk = new byte[512];
        while (!answer.isOver()) {
            socket.setSoTimeout(millisUntil(deadline));
            int length = in.read(chunk);
            if (length < 0) {
                return;
            }
            answer.append(chunk, length);
        }
    }

    /** The test has failed already; only what the answer says about the peer is still of interest. */
    private void readLate(Socket socket, TcpAnswer answer, long deadline) throws IOException {
        try {
            read(socket, answer, deadline + MORE_TIMEOUTS * timeout.toNanos());
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
        }
    }

    /** Rounded up, because zero would mean for ever. */
    private static int millisUntil(long deadline) throws SocketTimeoutException {
        long nanos = deadline - System.nanoTime();
        if (nanos <= 0) {
            throw new SocketTimeoutException("timed out");
        }
        return (int) Math.ceilDiv(nanos, 1_000_000);
    }
}
