package io.kconmon.controller;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.kconmon.controller.PeerLists.Content;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.roster.AgentKey;
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
 * gets the changes since then, even if the id came from another replica. In a bounded mesh an agent that says who it is
 * gets its own peers alone, and nothing of changes that do not concern it.
 */
final class RosterStream implements Handler {

    private static final Log LOG = Log.of("controller");

    /** Changes within it go out as one: a rolling update touches many agents at nearly the same time. */
    private static final Duration MERGE = Duration.ofMillis(50);
    /**
     * Helidon copies each write, so a large event is written in pieces: a thousand readers hold a piece each, and share
     * the rest.
     */
    private static final int PIECE = 8 * 1024 - 16;

    /** How often the stream checks which agents have come to a new step of the rotation. */
    private static final Duration TICK = Duration.ofSeconds(1);

    private final RosterBoard board;
    private final PeerLists lists;
    private final Duration heartbeat;
    private final RecentRosters recent = new RecentRosters();
    private final EventCache cache = new EventCache();
    private final AtomicInteger readers = new AtomicInteger();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean closed;

    RosterStream(RosterBoard board, PeerLists lists, Duration heartbeat) {
        this.board = board;
        this.lists = lists;
        this.heartbeat = heartbeat;
    }

    /** Pushes each new roster to readers from now on. */
    void start() {
        Thread.ofVirtual().name("peer lists").start(this::follow);
    }

    /** Remembers rosters even if nobody read them here: readers that come from another replica may have them. */
    private void follow() {
        String last = null;
        try {
            while (!closed) {
                Optional<Roster> next = board.awaitOtherThan(last, TICK);
                if (next.isPresent()) {
                    recent.add(next.get());
                    last = next.get().revision();
                }
                try {
                    board.roster().ifPresent(lists::update);
                } catch (RuntimeException e) { // the next roster is pushed
                    LOG.bug("a roster could not be pushed", e);
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
        lists.endWaiting();
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
        Optional<AgentKey> key;
        try {
            key = AgentQuery.key(request);
        } catch (IllegalArgumentException e) {
            RosterRoutes.error(response, Status.BAD_REQUEST_400, String.valueOf(e.getMessage()));
            return;
        }
        Optional<String> had = request.headers().first(HeaderNames.create("Last-Event-ID"));
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream").header(HeaderNames.CACHE_CONTROL, "no-store");
        readers.incrementAndGet();
        try (PeerLists.Feed feed = lists.open(key, now.get()); OutputStream out = response.outputStream()) {
            send(out, feed, had);
        } catch (IOException | UncheckedIOException e) {
            // the reader has gone, as readers do
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            readers.decrementAndGet();
        }
    }

    private void send(OutputStream out, PeerLists.Feed feed, Optional<String> had)
            throws IOException, InterruptedException {
        Content sent = null;
        while (!closed) {
            Optional<Content> next = feed.awaitAfter(sent == null ? 0 : sent.version(), heartbeat);
            if (next.isPresent()) {
                Content content = next.get();
                Roster from = sent == null
                        ? had.flatMap(it -> known(it, content)).orElse(null)
                        : sent.whole() == content.whole() ? sent.roster() : null;
                if (from != null && from.revision().equals(content.roster().revision())) {
                    heartbeat(out, content);
                } else {
                    write(out, event(from, content));
                }
                if (content.incoming().isPresent()
                        && (sent == null || !sent.incoming().equals(content.incoming()))) {
                    write(out, encode(new RosterEvent.Incoming(content.roster().revision(),
                            content.incoming().getAsInt())));
                }
                sent = content;
                Thread.sleep(MERGE);
            } else if (sent != null && !closed) {
                heartbeat(out, sent);
            }
        }
    }

    /**
     * The roster of a revision that a reader has. An agent's own peers are not remembered: there are so few of them
     * that it gets them all, unless they are still the same.
     */
    private Optional<Roster> known(String revision, Content content) {
        return content.whole()
                ? recent.find(revision)
                : Optional.of(content.roster()).filter(it -> it.revision().equals(revision));
    }

    private byte[] event(@Nullable Roster from, Content content) {
        Roster next = content.roster();
        if (content.whole()) {
            recent.add(next);
            return cache.event(from, next, board.age());
        }
        return encode(from == null
                ? new RosterEvent.Snapshot(next, board.age())
                : new RosterEvent.Change(from.changesTo(next)));
    }

    private void heartbeat(OutputStream out, Content content) throws IOException {
        write(out, encode(new RosterEvent.Heartbeat(content.roster().revision(), board.age())));
    }

    private static byte[] encode(RosterEvent event) {
        return event.encode().getBytes(StandardCharsets.UTF_8);
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
