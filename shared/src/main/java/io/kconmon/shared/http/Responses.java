package io.kconmon.shared.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.json.JsonValue;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;

/** Sends answers. */
public final class Responses {

    /** What goes into one packet or so with the head. */
    private static final int COPIED_BYTES = 1024;

    private Responses() {
    }

    /** Sends a large body without a copy for each reader; Helidon copies a body that is sent in one piece. */
    public static void send(ServerResponse response, byte[] body) throws IOException {
        response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(body.length));
        int copied = Math.min(body.length, COPIED_BYTES);
        try (OutputStream out = response.outputStream()) {
            out.write(body, 0, copied);
            out.flush();
            out.write(body, copied, body.length - copied);
        }
    }

    /** Sends a JSON body. */
    public static void json(ServerResponse response, Status status, JsonValue body) {
        response.status(status).header(HeaderNames.CONTENT_TYPE, "application/json").send(body + "\n");
    }
}
