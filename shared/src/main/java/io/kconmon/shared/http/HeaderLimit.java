package io.kconmon.shared.http;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the heads of requests and hands them to Helidon whole, one at a time; nothing else arrives, because bodies are
 * refused. A head has at most {@value #MOST} lines and {@value #MOST_BYTES} bytes, and begins with a method, which is a
 * token (RFC 9110, 5.6.2). Helidon makes many objects of each line as it arrives, so that endless heads could fill the
 * heap. It logs an invalid method as a bug, with a stack trace.
 */
final class HeaderLimit implements Supplier<byte[]> {

    /** Several times the usual size of a scraper's, browser's or proxy's head. */
    static final int MOST = 64;
    /** A request line of 2 kB and header fields of 6 kB, or an agent's request that fills a jumbo frame. */
    static final int MOST_BYTES = 10 * 1024;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final byte[] NOTHING = {};

    private final HelidonSocket socket;
    /** The bytes that have arrived and were not handed out. */
    private byte[] buffer = NOTHING;
    private int length;
    private int scanned;
    private int lines;
    private boolean lineIsEmpty = true;
    private boolean inMethod = true;
    private boolean complete;
    private @Nullable RequestException refusal;

    HeaderLimit(HelidonSocket socket) {
        this.socket = socket;
    }

    /** Blocks until a whole head has arrived. */
    @Override
    public byte[] get() {
        byte[] head = peek();
        buffer = isAlone() ? NOTHING : Arrays.copyOfRange(buffer, scanned, length);
        length -= scanned;
        scanned = 0;
        lines = 0;
        inMethod = true;
        complete = false;
        return head;
    }

    /** Returns the next head, which stays the next one. */
    byte[] peek() {
        if (refusal != null) {
            throw refusal;
        }
        while (!complete) {
            if (scanned == length) {
                receive();
            }
            scan(buffer[scanned++]);
        }
        return scanned == buffer.length ? buffer : Arrays.copyOf(buffer, scanned);
    }

    /** Whether nothing has arrived behind the next head. */
    boolean isAlone() {
        return scanned == length;
    }

    private void receive() {
        byte[] some;
        try {
            some = socket.get();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("nothing can be read any more", e);
        }
        if (some == null) {
            // In the middle of a head, Helidon would log a stack trace of this.
            throw new CloseConnectionException("the client has gone");
        }
        if (length == 0) {
            buffer = some;
        } else {
            if (buffer.length < length + some.length) {
                buffer = Arrays.copyOf(buffer, Math.max(2 * length, length + some.length));
            }
            System.arraycopy(some, 0, buffer, length, some.length);
        }
        length += some.length;
    }

    private void scan(byte b) {
        if (b == '\n') {
            complete = lineIsEmpty;
            lines += lineIsEmpty ? 0 : 1;
            lineIsEmpty = true;
            inMethod = false;
        } else if (b != '\r') {
            lineIsEmpty = false;
            inMethod &= b != ' ';
        }
        if (inMethod && !lineIsEmpty && !isOfToken(b)) {
            throw refuse(Status.BAD_REQUEST_400, "a request begins with a method");
        }
        if (lines > MOST || scanned > MOST_BYTES) {
            throw refuse(lines == 0
                    ? Status.REQUEST_URI_TOO_LONG_414
                    : Status.create(431, "Request Header Fields Too Large"),
                    "a head may have %d lines and %d bytes".formatted(MOST, MOST_BYTES));
        }
    }

    private static boolean isOfToken(byte b) {
        return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9')
                || TOKEN_MARKS.indexOf(b) >= 0;
    }

    /** Once and for all: nothing is read any more. */
    private RequestException refuse(Status status, String reason) {
        refusal = RequestException.builder().type(EventType.BAD_REQUEST).status(status).setKeepAlive(false)
                .message(reason).build();
        return refusal;
    }
}
