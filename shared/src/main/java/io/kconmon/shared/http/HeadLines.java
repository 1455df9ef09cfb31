package io.kconmon.shared.http;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/**
 * What comes in on a connection, which is heads of requests and nothing else: of so many lines and no more. Helidon
 * bounds a head's bytes alone, and makes objects of each line as it comes: 8 kB of short ones are hundreds of kB of
 * them, and a thousand such heads are more than the heap, whether they ever come to their end or not.
 */
final class HeadLines implements Supplier<byte[]> {

    /** Several times what a scraper, a browser or a proxy sends. */
    static final int MOST = 64;

    private final HelidonSocket socket;
    private int lines;
    private boolean lineIsEmpty = true;

    HeadLines(HelidonSocket socket) {
        this.socket = socket;
    }

    @Override
    public byte[] get() {
        byte[] some;
        try {
            some = socket.get();
        } catch (UncheckedIOException e) {
            throw new ServerConnectionException("nothing can be read any more", e);
        }
        if (some == null) {
            // Helidon would log a stack trace of ours if that was in the middle of a head.
            throw new CloseConnectionException("the client has gone");
        }
        count(some);
        return some;
    }

    private void count(byte[] some) {
        for (byte b : some) {
            if (b == '\n') {
                lines = lineIsEmpty ? 0 : lines + 1;
                lineIsEmpty = true;
            } else if (b != '\r') {
                lineIsEmpty = false;
            }
            if (lines > MOST) {
                throw RequestException.builder().type(EventType.BAD_REQUEST)
                        .status(Status.create(431, "Request Header Fields Too Large")).setKeepAlive(false)
                        .message("a head may have %d lines".formatted(MOST)).build();
            }
        }
    }
}
