package io.kconmon.shared.client;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 answer (RFC 9112) while its body comes, the only one on its connection.
 *
 * @param headers
 *            by their names in small letters; the last of several with one name
 * @param body
 *            ends where the answer does, and fails if the connection ends before
 */
public record ClientAnswer(Socket socket, int status, Map<String, String> headers,
        InputStream body) implements AutoCloseable {

    private static final int NOT_MODIFIED = 304;
    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final int MAX_CHUNK_LINE_BYTES = 256;

    /**
     * Waits for the head.
     *
     * @param socket
     *            is closed with the answer
     * @param incoming
     *            the input of the socket
     */
    public static ClientAnswer read(Socket socket, InputStream incoming) throws IOException {
        var in = new BufferedInputStream(incoming);
        int left = MAX_HEAD_BYTES;
        while (true) {
            String statusLine = line(in, left);
            left -= statusLine.length();
            int status = status(statusLine);
            var headers = new TreeMap<String, String>();
            for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
                left -= line.length();
                int colon = line.indexOf(':');
                if (colon > 0) {
                    headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
                }
            }
            if (status >= 200) { // interim answers (1xx) come before it
                return new ClientAnswer(socket, status, headers, body(in, status, headers));
            }
        }
    }

    private static int status(String line) throws IOException {
        if (line.startsWith("HTTP/1.") && line.length() >= 12) {
            try {
                return Integer.parseUnsignedInt(line, 9, 12, 10);
            } catch (NumberFormatException e) {
                // reported below
            }
        }
        throw new IOException("the answer is not HTTP/1.1");
    }

    private static InputStream body(InputStream in, int status, Map<String, String> headers) throws IOException {
        if (status == NOT_MODIFIED) {
            return InputStream.nullInputStream();
        }
        if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return new Pieces(in, true, 0);
        }
        @Nullable
        String length = headers.get("content-length");
        try {
            return length == null ? in : new Pieces(in, false, length(length, 10));
        } catch (NumberFormatException e) {
            throw new IOException("the answer's length is no number", e);
        }
    }

    /** Parsing an unsigned number allows what overflows, which would be negative here. */
    private static long length(String digits, int radix) {
        long length = Long.parseUnsignedLong(digits, radix);
        if (length < 0) {
            throw new NumberFormatException(digits);
        }
        return length;
    }

    public boolean isEventStream() {
        return headers.getOrDefault("content-type", "").startsWith("text/event-stream");
    }

    /** Closes the connection even while a thread reads from it; that thread gets an exception. */
    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static String line(InputStream in, int maxBytes) throws IOException {
        var bytes = new byte[Math.min(maxBytes, 512)];
        int length = 0;
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the connection ended before the answer did");
            }
            if (length >= maxBytes) {
                throw new IOException("the answer's head is too long");
            }
            if (length == bytes.length) {
                bytes = Arrays.copyOf(bytes, length * 2);
            }
            bytes[length++] = (byte) b;
        }
        return new String(bytes, 0, length, StandardCharsets.ISO_8859_1).strip();
    }

    /** A body of so many bytes, or of chunks that each say how many bytes they have (RFC 9112, 7.1). */
    private static final class Pieces extends FilterInputStream {

        private final boolean chunked;
        private long left;
        private boolean first = true;
        private boolean ended;

        Pieces(InputStream in, boolean chunked, long left) {
            super(in);
            this.chunked = chunked;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            if (left == 0 && !ended) {
                next();
            }
            if (ended) {
                return -1;
            }
            int count = in.read(into, at, (int) Math.min(left, length));
            if (count < 0) {
                throw new EOFException("the connection ended before the answer did");
            }
            left -= count;
            return count;
        }

        private void next() throws IOException {
            if (!chunked) {
                ended = true;
                return;
            }
            if (!first) {
                line(in, MAX_CHUNK_LINE_BYTES);
            }
            first = false;
            String size = line(in, MAX_CHUNK_LINE_BYTES).split(";", 2)[0].strip();
            try {
                left = length(size, 16);
            } catch (NumberFormatException e) {
                throw new IOException("a chunk's length is no number", e);
            }
            ended = left == 0;
        }

        @Override
        public int available() throws IOException {
            return (int) Math.min(left, in.available());
        }
    }
}
