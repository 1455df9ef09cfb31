package io.kconmon.shared.http;

import io.helidon.common.socket.HelidonSocket;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What comes in on a connection, which is heads of requests and nothing else: of so many lines and no more, and each
 * with a method that is one (a token: RFC 9110, 5.6.2). Helidon bounds a head's bytes alone, and makes objects of each
 * line as it comes: 8 kB of short ones are hundreds of kB of them, and a thousand such heads are more than the heap,
 * whether they ever come to their end or not. What is no method it calls a bug, and logs its stack trace.
 */
final class HeaderLimit implements Supplier<byte[]> {

    /** Several times what a scraper, a browser or a proxy sends. */
    static final int MOST = 64;
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private final HelidonSocket socket;
    private int lines;
    private boolean lineIsEmpty = true;
    private boolean methodComes = true;
    private @Nullable RequestException refusal;

    HeaderLimit(HelidonSocket socket) {
        this.socket = socket;
    }

    @Override
    public byte[] get() {
        if (refusal != null) {
            throw refusal;
        }
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
                methodComes = lineIsEmpty;
                lines = lineIsEmpty ? 0 : lines + 1;
                lineIsEmpty = true;
            } else if (b != '\r') {
                lineIsEmpty = false;
                methodComes &= b != ' ';
            }
            if (lines > MOST) {
                throw refuse(Status.create(431, "Request Header Fields Too Large"),
                        "a head may have %d lines".formatted(MOST));
            }
            if (methodComes && !lineIsEmpty && !isOfToken(b)) {
                throw refuse(Status.BAD_REQUEST_400, "a request begins with a method");
            }
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
