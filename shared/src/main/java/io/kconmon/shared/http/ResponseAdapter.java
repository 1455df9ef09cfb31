package io.kconmon.shared.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.helidon.common.buffers.BufferData;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Changes a response of Helidon's that it wrote as one to GET and HTTP/1.1: to HEAD, the body is left out (RFC 9110,
 * 9.3.2); to HTTP/1.0, chunks are joined, and the end of the connection is the end of the body (RFC 9112, 6.1 and 6.3).
 */
final class ResponseAdapter {

    private static final String END = "\r\n\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";
    private static final String KEEP_ALIVE = "Connection: keep-alive\r\n";
    private static final String CLOSE = "Connection: close\r\n";

    private final boolean withoutBody;
    private final boolean withoutChunks;
    private boolean headWritten;
    private boolean chunked;

    ResponseAdapter(boolean withoutBody, boolean withoutChunks) {
        this.withoutBody = withoutBody;
        this.withoutChunks = withoutChunks;
    }

    /**
     * What to write instead. Helidon writes each chunk at once, and the head with nothing or with the body's beginning.
     *
     * @param stream
     *            whether the body may have no end
     * @throws UncheckedIOException
     *             if the connection ends here: where HTTP/1.0 has no other end of the body, or HEAD asked for a stream
     */
    BufferData adapt(BufferData written, boolean stream) {
        if (!headWritten) {
            return head(written.readBytes());
        }
        if (withoutBody) {
            endIf(stream);
            return BufferData.empty();
        }
        return chunked ? data(written.readBytes()) : written;
    }

    private BufferData head(byte[] bytes) {
        headWritten = true;
        String text = new String(bytes, ISO_8859_1);
        int end = text.indexOf(END) + END.length();
        String head = text.substring(0, end);
        chunked = withoutChunks && head.contains(CHUNKED);
        if (chunked) {
            head = head.replace(CHUNKED, "").replace(KEEP_ALIVE, CLOSE);
        }
        return BufferData.create((withoutBody ? head : head + text.substring(end)).getBytes(ISO_8859_1));
    }

    /** Without the chunk's size, and the line's end behind it. */
    private static BufferData data(byte[] chunk) {
        int from = new String(chunk, ISO_8859_1).indexOf('\n') + 1;
        int length = chunk.length - 2 - from;
        endIf(length == 0);
        return BufferData.create(chunk, from, length);
    }

    private static void endIf(boolean over) {
        if (over) {
            throw new UncheckedIOException(new IOException("the response ends with the connection"));
        }
    }
}
