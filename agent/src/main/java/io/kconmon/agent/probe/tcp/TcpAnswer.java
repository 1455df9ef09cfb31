package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.PeerState;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What has come back so far on a connection, read as an answer of HTTP/1.x (RFC 9112). */
final class TcpAnswer {

    /** The header by which an agent tells the others that it is about to stop. */
    static final String STOPPING = "Kconmon-Stopping";

    /** {@code /readiness} answers in some hundred bytes; what is much longer is something else. */
    static final int MAX_BYTES = 8 * 1024;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})[^\\n]*\\n.*", Pattern.DOTALL);
    private static final Pattern SAYS_STOPPING = Pattern.compile("(?im)^" + STOPPING + ":");
    private static final Pattern HEAD_END = Pattern.compile("\\r?\\n\\r?\\n");
    private static final Pattern CONTENT_LENGTH = Pattern.compile("(?im)^content-length:[ \\t]*(\\d{1,18})[ \\t\\r]*$");

    private final StringBuilder text = new StringBuilder(512);

    void append(byte[] bytes, int length) {
        text.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
    }

    /** Whether no more is to be read: it has its whole length, or is too long. One without a length ends at the end. */
    boolean isOver() {
        return text.length() >= MAX_BYTES || (CONTENT_LENGTH.matcher(text).find() && isComplete());
    }

    /** Why it is not the answer that was asked for; empty if it is. */
    Optional<Outcome<TcpTiming>> failure() {
        if (text.isEmpty()) {
            return Optional.of(new Outcome.Failure<>(Cause.BAD_REPLY, "the connection was closed without an answer"));
        }
        Matcher status = STATUS.matcher(text);
        if (!status.matches() || !isComplete()) {
            return Optional.of(new Outcome.Failure<>(Cause.BAD_REPLY,
                    "the answer is not HTTP/1.x, is cut short or is longer than %d bytes".formatted(MAX_BYTES)));
        }
        return status.group(1).equals("200")
                ? Optional.empty()
                : Optional.of(new Outcome.Failure<>(Cause.BAD_STATUS, "HTTP status " + status.group(1)));
    }

    /**
     * What the peer says about itself. That it stops is true however the test ends; that it does not stop is said by a
     * good answer alone.
     *
     * @param passed
     *            whether this was a good answer in time
     */
    PeerState peerState(boolean passed) {
        if (STATUS.matcher(text).matches() && SAYS_STOPPING.matcher(HEAD_END.split(text, 2)[0]).find()) {
            return PeerState.STOPPING;
        }
        return passed ? PeerState.RUNNING : PeerState.UNKNOWN;
    }

    private boolean isComplete() {
        Matcher headEnd = HEAD_END.matcher(text);
        if (!headEnd.find() || text.length() >= MAX_BYTES) {
            return false;
        }
        Matcher length = CONTENT_LENGTH.matcher(text.substring(0, headEnd.start()));
        return !length.find() || text.length() - headEnd.end() >= Long.parseLong(length.group(1));
    }
}
