package io.kconmon.controller;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.roster.EventReader;
import io.kconmon.shared.roster.RosterEvent;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** An agent's side of the stream, over HTTP on a connection of its own. */
final class Reader implements AutoCloseable {

    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final HttpResponse<InputStream> response;
    private final EventReader events;

    /** @param last the revision to go on from, if any */
    Reader(int port, Optional<String> last) throws Exception {
        this(port, "", last);
    }

    /** As an agent that says who it is. */
    Reader(int port, String query, Optional<String> last) throws Exception {
        var request = HttpRequest
                .newBuilder(URI.create("http://127.0.0.1:%d/agents/stream?%s".formatted(port, query)));
        last.ifPresent(revision -> request.header("Last-Event-ID", revision));
        response = client.send(request.build(), BodyHandlers.ofInputStream());
        events = new EventReader(response.body(), 10_000_000);
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    String body() throws Exception {
        return new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    RosterEvent next() throws Exception {
        Optional<RosterEvent> event = events.next();
        assertTrue(event.isPresent(), "the stream has ended");
        return event.get();
    }

    /** The next that is no heartbeat. */
    RosterEvent news() throws Exception {
        RosterEvent event = next();
        while (event instanceof RosterEvent.Heartbeat) {
            event = next();
        }
        return event;
    }

    boolean ended() throws Exception {
        Optional<RosterEvent> event = events.next();
        while (event.isPresent() && event.get() instanceof RosterEvent.Heartbeat) {
            event = events.next();
        }
        return event.isEmpty();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
