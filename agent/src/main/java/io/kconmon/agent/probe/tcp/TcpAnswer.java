package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.PeerState;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bytes received so far on a connection, read as an answer of HTTP/1.x (RFC 9112). */
final class TcpAnswer {

    /** The header by which an agent tells the others that it is about to stop. */
    static final String STOPPING = "Kconmon-Stopping";

    /** {@code /readiness} answers in some hundred bytes; a much longer answer is something else. */
    static final int MAX_BYTES = 8 * 1024;
    private static final String VERSION = "HTTP/1.";
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final int STATUS_DIGITS = 3;

    private String text = "";
    /** The offset of the body; -1 until the head is whole. */
    private int bodyAt = -1;
    /** The body's length in bytes; -1 if the head does not state it. */
    private long contentLength = -1;

    void append(byte[] bytes, int length) {
        text += new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        if (bodyAt < 0) {
            bodyAt = bodyAt();
            contentLength = bodyAt < 0 ? -1 : number(header("Content-Length"));
        }
    }

    /** Behind the first empty line. */
    private int bodyAt() {
        for (int at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
            if (text.startsWith("\n", at + 1)) {
                return at + 2;
            }
            if (text.startsWith("\r\n", at + 1)) {
                return at + 3;
            }
        }
        return -1;
    }

    /** A header field's value; null if there is none. */
    private @Nullable String header(String name) {
        int end = bodyAt < 0 ? text.length() : bodyAt;
        for (int at = text.indexOf('\n') + 1; at > 0 && at < end; at = text.indexOf('\n', at) + 1) {
            if (text.regionMatches(true, at, name, 0, name.length()) && text.startsWith(":", at + name.length())) {
                int lineEnd = text.indexOf('\n', at);
                return text.substring(at + name.length() + 1, lineEnd < 0 ? end : lineEnd).strip();
            }
        }
        return null;
    }

    /** -1 if it is not a number. */
    private static long number(@Nullable String digits) {
        if (digits == null || digits.isEmpty() || digits.length() > 18) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = 10 * number + digit;
        }
        return number;
    }

    /** The three digits of the status line; empty if this is no HTTP/1.x. */
    private String status() {
        int minor = STATUS_AT - 2;
        boolean isHttp = text.startsWith(VERSION) && text.length() > STATUS_AT + STATUS_DIGITS
                && (text.charAt(minor) == '0' || text.charAt(minor) == '1') && text.charAt(minor + 1) == ' ';
        String status = isHttp ? text.substring(STATUS_AT, STATUS_AT + STATUS_DIGITS) : "";
        return number(status) >= 0 && text.indexOf('\n') > 0 ? status : "";
    }

    /** Whether no more is to be read: it has its whole length, or is too long. One without a length ends at the end. */
    boolean isOver() {
        return text.length() >= MAX_BYTES || (contentLength >= 0 && isComplete());
    }

    /** Why it is not the answer that was asked for; empty if it is. */
    Optional<Outcome<TcpTiming>> failure() {
        if (text.isEmpty()) {
            return Optional.of(new Outcome.Failure<>(Cause.BAD_REPLY, "the connection was closed without an answer"));
        }
        String status = status();
        if (status.isEmpty() || !isComplete()) {
            return Optional.of(new Outcome.Failure<>(Cause.BAD_REPLY,
                    "the answer is not HTTP/1.x, is cut short or is longer than " + MAX_BYTES + " bytes"));
        }
        return status.equals("200")
                ? Optional.empty()
                : Optional.of(new Outcome.Failure<>(Cause.BAD_STATUS, "HTTP status " + status));
    }

    /**
     * The state that the peer reports. A notice that it stops counts however the test ends; only a good answer shows
     * that it does not stop.
     *
     * @param passed
     *            whether this was a good answer in time
     */
    PeerState peerState(boolean passed) {
        if (!status().isEmpty() && header(STOPPING) != null) {
            return PeerState.STOPPING;
        }
        return passed ? PeerState.RUNNING : PeerState.UNKNOWN;
    }

    private boolean isComplete() {
        return bodyAt >= 0 && text.length() < MAX_BYTES && text.length() - bodyAt >= contentLength;
    }
}
