package io.kconmon.controller;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.shared.roster.RosterEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /agents/stream}: a snapshot, then each change as it comes, and a heartbeat where none comes. One blocking
 * thread a reader, which remembers the last roster that it has sent and sends the difference. Changes that come faster
 * than a reader reads are merged; nothing queues up. A reader with a {@code Last-Event-ID} that is still remembered
 * gets the changes since then, even if the id came from another replica.
 */
final class RosterStream implements Handler {

    /** Changes within it go out as one: a rolling update touches many agents at nearly the same time. */
    private static final Duration MERGE = Duration.ofMillis(50);
    /**
     * Helidon copies each write, so a large event is written in pieces: a thousand readers hold a piece each, and share
     * the rest.
     */
    private static final int PIECE = 8 * 1024 - 16;

    private final RosterBoard board;
    private final Duration heartbeat;
    private final RecentRosters recent = new RecentRosters();
    private final EventCache cache = new EventCache();
    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean closed;

    RosterStream(RosterBoard board, Duration heartbeat) {
        this.board = board;
        this.heartbeat = heartbeat;
        Thread.ofVirtual().name("remember rosters").start(this::remember);
    }

    /** Includes rosters that nobody read here, because readers that come from another replica may have them. */
    private void remember() {
        String last = null;
        try {
            while (!closed) {
                Optional<Roster> next = board.awaitOtherThan(last, heartbeat);
                if (next.isPresent()) {
                    recent.add(next.get());
                    last = next.get().revision();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int readers() {
        return readers.get();
    }

    long events() {
        return events.get();
    }

    long bytes() {
        return bytes.get();
    }

    /** For tests. */
    boolean remembers(String revision) {
        return recent.find(revision).isPresent();
    }

    /** Ends all streams now, so that their readers go to another replica. */
    void close() {
        closed = true;
        board.endWaiting();
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        if (closed) {
            RosterRoutes.error(response, Status.SERVICE_UNAVAILABLE_503, "the controller is stopping");
            return;
        }
        Optional<Roster> now = board.roster();
        if (now.isEmpty()) {
            RosterRoutes.notYet(response, board);
            return;
        }
        // Remembered before it is sent: a reader may have it from another replica.
        recent.add(now.get());
        Optional<Roster> had = request.headers().first(HeaderNames.create("Last-Event-ID")).flatMap(recent::find);
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream").header(HeaderNames.CACHE_CONTROL, "no-store");
        readers.incrementAndGet();
        try (OutputStream out = response.outputStream()) {
            send(out, had.orElse(null));
        } catch (IOException | UncheckedIOException e) {
            // the reader has gone, as readers do
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            readers.decrementAndGet();
        }
    }

    private void send(OutputStream out, @Nullable Roster had) throws IOException, InterruptedException {
        Roster sent = had;
        boolean first = true;
        while (!closed) {
            Optional<Roster> next = board.awaitOtherThan(sent == null ? null : sent.revision(),
                    first ? Duration.ZERO : heartbeat);
            first = false;
            if (next.isPresent()) {
                recent.add(next.get());
                write(out, cache.event(sent, next.get(), board.age()));
                sent = next.get();
                Thread.sleep(MERGE);
            } else if (sent != null && !closed) {
                write(out, new RosterEvent.Heartbeat(sent.revision(), board.age()).encode()
                        .getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private void write(OutputStream out, byte[] event) throws IOException {
        // First, so that a client that has read it finds it counted.
        events.incrementAndGet();
        bytes.addAndGet(event.length);
        for (int from = 0; from < event.length; from += PIECE) {
            out.write(event, from, Math.min(PIECE, event.length - from));
        }
        out.flush();
    }
}
