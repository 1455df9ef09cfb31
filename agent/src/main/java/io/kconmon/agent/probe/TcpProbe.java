package io.kconmon.agent.probe;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The TCP test: one {@code GET /readiness} (HTTP/1.1, RFC 9112) on a connection of its own, Nagle off, closed by the
 * other end. By hand on a blocking socket, because the time to connect is half of what is measured, and a client
 * library hides it behind its pool.
 *
 * <p>
 * The request is padded beyond what one Ethernet frame holds, so that a full one goes out: a hole that swallows large
 * packets and lets small ones pass (a tunnel whose overhead nobody subtracted, RFC 2923, 2.1) fails the test of
 * whoever sends into it.
 *
 * @param interval
 *            from run to run
 * @param timeout
 *            for the whole of it, connecting included
 * @param source
 *            the address that connections come from
 * @param waited
 *            for how long this process's threads have waited to run so far, in nanoseconds
 */
public record TcpProbe(Duration interval, Duration timeout, InetAddress source, LongSupplier waited)
        implements
            Probe<InetSocketAddress, Outcome<TcpProbe.Timing>> {

    /** {@code /readiness} answers in some hundred bytes; what is much longer is something else. */
    private static final int MAX_RESPONSE_BYTES = 8 * 1024;
    /** More than the 1500 of an Ethernet frame (RFC 894), also where frames are larger and a switch takes no such. */
    static final int REQUEST_BYTES = 2000;
    private static final String PADDING = "X-Padding: ";
    private static final String END = "\r\n\r\n";
    private static final Pattern RESPONSE = Pattern.compile("HTTP/1\\.[01] (\\d{3})[^\\n]*\\n.*", Pattern.DOTALL);
    /** The header of an agent's answer that tells the others that it drains. */
    public static final String STOPPING = "Kconmon-Stopping";
    private static final Pattern STOPS = Pattern.compile("(?im)^" + STOPPING + ":");
    /** The header of an agent's answer that tells the others how many milliseconds it may have had no time for them. */
    public static final String HELD_UP = "Kconmon-Held-Up";
    private static final Pattern HELD_UP_MILLIS = Pattern.compile("(?im)^" + HELD_UP + ":[ \\t]*(\\d{1,9})[ \\t\\r]*$");
    private static final Pattern HEAD_END = Pattern.compile("\\r?\\n\\r?\\n");
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?im)^content-length:[ \\t]*(\\d{1,18})[ \\t\\r]*$");

    /**
     * How long it took.
     *
     * @param connect
     *            until the connection was established
     * @param total
     *            until the last byte of the answer, connecting included
     * @param peerStops
     *            whether the peer says, by {@value #STOPPING}, that it is about to stop
     */
    public record Timing(Duration connect, Duration total, boolean peerStops) {

        /** Of a peer that stays. */
        public Timing(Duration connect, Duration total) {
            this(connect, total, false);
        }
    }

    /** In a process whose threads never wait. */
    public TcpProbe(Duration interval, Duration timeout, InetAddress source) {
        this(interval, timeout, source, NEVER_WAITED);
    }

    /** The same, in a process whose threads have waited to run for so long so far, in nanoseconds. */
    public TcpProbe watchedBy(LongSupplier waited) {
        return new TcpProbe(interval, timeout, source, waited);
    }

    @Override
    public Outcome<Timing> run(InetSocketAddress peer) throws InterruptedException {
        try (var socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.bind(new InetSocketAddress(source, 0));
            long waitedBefore = waited.getAsLong();
            long begin = System.nanoTime();
            long deadline = begin + timeout.toNanos();
            socket.connect(peer, millisUntil(deadline));
            Duration connect = Duration.ofNanos(System.nanoTime() - begin);
            socket.getOutputStream().write(request(peer));
            var received = new ByteArrayOutputStream(512);
            try {
                String response = read(socket, received, deadline);
                Duration total = Duration.ofNanos(System.nanoTime() - begin);
                return wrong(response)
                        .orElseGet(() -> new Outcome.Success<>(new Timing(connect, total, says(STOPS, response))));
            } catch (SocketTimeoutException e) {
                return readLate(socket, received, deadline, waitedBefore);
            }
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            return Cause.failure(e);
        }
    }

    /** What comes now comes too late, whatever it is; but if it would have been right, it may say why. */
    private Outcome<Timing> readLate(Socket socket, ByteArrayOutputStream received, long deadline, long waitedBefore)
            throws IOException {
        String response;
        try {
            response = read(socket, received, deadline + grace().toNanos());
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            response = "";
        }
        String detail = "no answer within %d ms".formatted(timeout.toMillis());
        return wrong(response).isEmpty()
                ? new Outcome.Late<>(detail, Duration.ofNanos(System.nanoTime() - deadline),
                        Duration.ofNanos(Math.max(0, waited.getAsLong() - waitedBefore)), heldUp(response),
                        says(STOPS, response))
                : new Outcome.Failure<>(Cause.TIMEOUT, detail);
    }

    private static Duration heldUp(String response) {
        Matcher says = HELD_UP_MILLIS.matcher(head(response));
        return says.find() ? Duration.ofMillis(Long.parseLong(says.group(1))) : Duration.ZERO;
    }

    /** What is wrong with it; empty if it is the answer that was asked for. */
    private static Optional<Outcome<Timing>> wrong(String response) {
        if (response.isEmpty()) {
            return Optional
                    .of(new Outcome.Failure<>(Cause.BAD_REPLY, "the connection was closed without an answer"));
        }
        Matcher matcher = RESPONSE.matcher(response);
        if (!matcher.matches() || !isComplete(response)) {
            return Optional.of(new Outcome.Failure<>(Cause.BAD_REPLY,
                    "the answer is not HTTP/1.x, is cut short or is longer than %d bytes"
                            .formatted(MAX_RESPONSE_BYTES)));
        }
        return matcher.group(1).equals("200")
                ? Optional.empty()
                : Optional.of(new Outcome.Failure<>(Cause.BAD_STATUS, "HTTP status " + matcher.group(1)));
    }

    private static boolean says(Pattern header, String response) {
        return header.matcher(head(response)).find();
    }

    private static String head(String response) {
        return HEAD_END.split(response, 2)[0];
    }

    private static byte[] request(InetSocketAddress peer) {
        String literal = peer.getAddress().getHostAddress();
        String host = peer.getAddress() instanceof Inet6Address ? "[" + literal.replaceAll("%.*", "") + "]" : literal;
        String head = "GET /readiness HTTP/1.1\r\nHost: %s:%d\r\nUser-Agent: kconmon\r\nConnection: close\r\n"
                .formatted(host, peer.getPort()) + PADDING;
        return (head + "x".repeat(REQUEST_BYTES - head.length() - END.length()) + END)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Until the response is complete, by its own length or by the end of the stream. */
    private static String read(Socket socket, ByteArrayOutputStream received, long deadline) throws IOException {
        InputStream in = socket.getInputStream();
        var chunk = new byte[512];
        while (received.size() < MAX_RESPONSE_BYTES) {
            socket.setSoTimeout(millisUntil(deadline));
            int length = in.read(chunk);
            if (length < 0) {
                break;
            }
            received.write(chunk, 0, length);
            if (hasItsWholeLength(received.toString(StandardCharsets.ISO_8859_1))) {
                break;
            }
        }
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    private static boolean hasItsWholeLength(String response) {
        return CONTENT_LENGTH.matcher(response).find() && isComplete(response);
    }

    /** A response without a length ends with its connection. */
    private static boolean isComplete(String response) {
        Matcher headEnd = HEAD_END.matcher(response);
        if (!headEnd.find() || response.length() >= MAX_RESPONSE_BYTES) {
            return false;
        }
        Matcher length = CONTENT_LENGTH.matcher(response.substring(0, headEnd.start()));
        return !length.find() || response.length() - headEnd.end() >= Long.parseLong(length.group(1));
    }

    /** Rounded up: zero would mean for ever. */
    private static int millisUntil(long deadline) throws SocketTimeoutException {
        long nanos = deadline - System.nanoTime();
        if (nanos <= 0) {
            throw new SocketTimeoutException("timed out");
        }
        return (int) Math.ceilDiv(nanos, 1_000_000);
    }
}
