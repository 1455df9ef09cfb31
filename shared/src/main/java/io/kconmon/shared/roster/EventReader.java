package io.kconmon.shared.roster;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads a {@code text/event-stream} (WHATWG HTML, 9.2.6) event by event, and no more of it into memory than one event
 * may have.
 */
public final class EventReader {

    /** The type of an event that names none. */
    private static final String NO_KIND = "message";
    /** Comments and the like between two events: a thousand times what keeps a connection open. */
    private static final int MOST_IGNORED = 64 * 1024;

    private final InputStream in;
    private final int maxEventBytes;
    private boolean afterCarriageReturn;
    /** Bytes that the event that is being read may still have. */
    private int left;
    /** Bytes since the last event. */
    private int spent;

    public EventReader(InputStream in, int maxEventBytes) {
        this.in = new BufferedInputStream(in);
        this.maxEventBytes = maxEventBytes;
    }

    /**
     * Blocks until an event is complete; empty at the stream's end.
     *
     * @throws IllegalArgumentException
     *             if an event is too large or not one of the roster's, or if too much comes without an event; the
     *             stream cannot be read further then
     */
    public Optional<RosterEvent> next() throws IOException {
        String kind = NO_KIND;
        var data = new StringBuilder();
        left = maxEventBytes;
        spent = 0;
        while (true) {
            Optional<String> read = line();
            if (read.isEmpty()) {
                return Optional.empty();
            }
            String line = read.get();
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    return Optional.of(RosterEvent.decode(kind, data.toString()));
                }
                kind = NO_KIND;
                left = maxEventBytes;
            } else if (line.startsWith("event:")) {
                kind = value(line, "event:");
            } else if (line.startsWith("data:")) {
                data.append(data.isEmpty() ? "" : "\n").append(value(line, "data:"));
            }
            if (data.isEmpty() && spent > MOST_IGNORED) {
                throw new IllegalArgumentException(
                        "the roster stream has no event in %d bytes".formatted(MOST_IGNORED));
            }
        }
    }

    private static String value(String line, String field) {
        String value = line.substring(field.length());
        return value.startsWith(" ") ? value.substring(1) : value;
    }

    private Optional<String> line() throws IOException {
        var bytes = new ByteArrayOutputStream(256);
        while (true) {
            int b = in.read();
            if (b < 0) {
                return Optional.empty();
            }
            spent++;
            boolean secondHalfOfCrLf = afterCarriageReturn && b == '\n';
            afterCarriageReturn = b == '\r';
            if (secondHalfOfCrLf) {
                continue;
            }
            if (b == '\n' || b == '\r') {
                return Optional.of(bytes.toString(StandardCharsets.UTF_8));
            }
            if (left-- <= 0) {
                throw new IllegalArgumentException(
                        "an event of the roster stream is larger than %d bytes".formatted(maxEventBytes));
            }
            bytes.write(b);
        }
    }
}
