package io.kconmon.agent.roster;

import io.kconmon.shared.client.Endpoint;
import io.kconmon.shared.client.Client;
import io.kconmon.shared.client.ClientAnswer;
import io.kconmon.shared.client.ReadDeadline;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.EventReader;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterEvent;
import io.kconmon.shared.roster.RosterJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the roster current: reads the controller's stream, or without a stream asks for the list every five seconds, as
 * agents of the first kconmon do. Without a controller the last roster stays in force; only its age grows.
 *
 * <p>
 * Runs on a platform thread, because looking up the controller's name may block for long, and a virtual thread would
 * block one of the few carriers that the tests run on.
 */
public final class RosterClient implements AutoCloseable {

    /** More than as many agents take as there is room for; to read it takes several times as much. */
    static final int MAX_ROSTER_BYTES = Math.clamp(Runtime.getRuntime().maxMemory() / 40, 256 * 1024,
            4 * 1024 * 1024);
    /** Three of the controller's heartbeats. */
    private static final Duration SILENCE = Duration.ofSeconds(15);
    /** As long as a controller on a first install may take to come without anything being wrong. */
    private static final Duration WAIT = Duration.ofMinutes(1);
    private static final Duration LOOKUP = Duration.ofSeconds(3);
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z][0-9A-Za-z._-]{0,252}");
    private static final Pattern AGENTS = Pattern.compile("[0-9]{1,6}");
    private static final int POLLS_A_STREAM_TRIAL = 12;
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final Client http;
    private final ControllerLog news;
    private final RosterState rosterState;
    private final Duration pollInterval;
    private final Duration silence;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable ClientAnswer stream;
    private boolean resume = true;
    private long movedAtNanos = System.nanoTime();

    /** Nothing happens before {@link #start()}. */
    public RosterClient(Endpoint controller, RosterState rosterState, Duration pollInterval) {
        this(controller, rosterState, pollInterval, SILENCE);
    }

    /** As above, with another time limit for a controller that sends nothing, or nothing current. */
    RosterClient(Endpoint access, RosterState rosterState, Duration pollInterval, Duration silence) {
        this.http = new Client(access, silence, MAX_ROSTER_BYTES);
        this.news = new ControllerLog(access.uri(), WAIT);
        this.rosterState = rosterState;
        this.pollInterval = pollInterval;
        this.silence = silence;
        this.thread = Thread.ofPlatform().name("roster").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** What became of a stream. */
    private enum Ending {
        /** It brought events until it ended. */
        LIVED,
        /** There is a controller, and it has no stream. */
        NONE,
        /** The controller has one, but cannot serve it now: it starts or stops. */
        LATER,
        /** It was not available. */
        FAILED
    }

    private void run() {
        try {
            int failures = 0;
            Ending last = Ending.FAILED;
            for (int turn = 0; closed.getCount() > 0; turn++) {
                if (last != Ending.NONE || turn % POLLS_A_STREAM_TRIAL == 0) {
                    last = readStream();
                }
                // The list leaves out who is paused: it is for controllers that have nothing better.
                boolean well = last == Ending.LIVED || (last != Ending.LATER && poll());
                failures = well ? 0 : failures + 1;
                Duration pause = last == Ending.NONE && well ? pollInterval : backOff(failures, pollInterval);
                if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** A random part of a second, then of two, four and so on: agents that lost one controller do not return as one. */
    static Duration backOff(int failures, Duration most) {
        long millis = Math.min(most.toMillis(), 1000L << Math.min(failures, 10));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis + 1));
    }

    private Ending readStream() {
        boolean lived = false;
        Optional<String> after = resume && rosterState.isKnown()
                ? Optional.of(rosterState.roster().revision())
                : Optional.empty();
        resume = true;
        var deadline = new ReadDeadline(silence);
        try (ClientAnswer answer = stream(after, deadline)) {
            if (answer.status() == UNAVAILABLE) {
                news.lost(new IOException(
                        "503 " + new String(answer.body().readNBytes(1024), StandardCharsets.UTF_8).strip()));
                return Ending.LATER;
            }
            if (answer.status() != OK || !answer.isEventStream()) {
                return Ending.NONE;
            }
            stream = answer;
            rosterState.incoming(OptionalInt.empty()); // unless the stream says something else after its first event
            var events = new EventReader(answer.body(), MAX_ROSTER_BYTES);
            while (closed.getCount() > 0) {
                var event = events.next();
                if (event.isEmpty()) {
                    break;
                }
                deadline.extend(silence);
                apply(event.get());
                lived = true;
                news.touched();
                // Only after an event with the age of this controller's roster: until then the age is that of its
                // absence.
                if (isTimeToMove()) {
                    break;
                }
            }
        } catch (IllegalArgumentException | OutOfMemoryError e) {
            resume = false;
            news.refuse("the controller's stream was refused; the last roster stays", e);
        } catch (IOException | RuntimeException e) {
            news.lost(e);
        } finally {
            stream = null;
        }
        return lived ? Ending.LIVED : Ending.FAILED;
    }

    /** Of those events after that revision, if there is one. */
    private ClientAnswer stream(Optional<String> after, ReadDeadline deadline) throws IOException {
        var headers = new TreeMap<>(Map.of("Accept", "text/event-stream"));
        after.ifPresent(revision -> headers.put("Last-Event-ID", revision));
        return http.open("/agents/stream?" + rosterState.identity().key().query(), headers, deadline);
    }

    /**
     * A controller that has lost Kubernetes goes on with its last roster, and another replica may have a newer one. So
     * the agent looks for a ready replica now and then. If there is none, nothing is lost: the last roster stays, and
     * grows older.
     */
    private boolean isTimeToMove() {
        long now = System.nanoTime();
        if (rosterState.age().compareTo(silence) < 0 || now - movedAtNanos < 2 * silence.toNanos()) {
            return false;
        }
        movedAtNanos = now;
        return true;
    }

    private void apply(RosterEvent event) {
        if (event instanceof RosterEvent.Snapshot(Roster roster, Duration age, List<String> refused)) {
            refused.stream().findFirst().ifPresent(news::refusePart);
            rosterState.incoming(OptionalInt.empty());
            rosterState.set(roster, age);
        } else if (event instanceof RosterEvent.Change(var change)) {
            rosterState.set(rosterState.roster().with(change), Duration.ZERO);
        } else if (event instanceof RosterEvent.Heartbeat(String revision, Duration age)) {
            if (!revision.equals(rosterState.roster().revision())) {
                throw new IllegalArgumentException("the controller is at revision %s, this agent at %s"
                        .formatted(revision, rosterState.roster().revision()));
            }
            rosterState.confirm(age);
        } else if (event instanceof RosterEvent.Incoming(String ignored, int agents)) {
            rosterState.incoming(OptionalInt.of(agents));
        }
    }

    /**
     * The agent of that name, its own or its node's, as the controller knows it: in a bounded mesh this agent knows its
     * peers alone. Empty if there is none, or no controller that says so within three seconds.
     */
    public Optional<Agent> find(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        try {
            Client.Answer answer = http.get("/agent/" + name, Map.of(), LOOKUP);
            return answer.status() == OK
                    ? Optional.of(RosterJson.agent(RosterJson.parse(answer.body())))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** How many others are to test this agent, which a controller says in a bounded mesh. */
    private static OptionalInt incoming(Map<String, String> headers) {
        String agents = headers.getOrDefault("kconmon-incoming", "");
        return AGENTS.matcher(agents).matches() ? OptionalInt.of(Integer.parseInt(agents)) : OptionalInt.empty();
    }

    /** Asks for the list, and for this agent's identity if the list does not contain it. */
    private boolean poll() {
        try {
            Client.Answer agents = get("/agents?" + rosterState.identity().key().query());
            if (agents.status() != OK) {
                throw new IOException("GET /agents answered %d %s".formatted(agents.status(), agents.firstLine()));
            }
            RosterJson.Parsed parsed = RosterJson.agents(RosterJson.parse(agents.body()));
            parsed.refused().stream().findFirst().ifPresent(news::refusePart);
            rosterState.incoming(incoming(agents.headers()));
            rosterState.set(Roster.of(withPaused(parsed.agents())), Duration.ZERO);
            if (!rosterState.identity().confirmed()) {
                Client.Answer identity = get("/agent/" + rosterState.identity().podName());
                if (identity.status() == OK) {
                    rosterState.identify(RosterJson.agent(RosterJson.parse(identity.body())));
                }
            }
            news.touched();
            return true;
        } catch (IllegalArgumentException | OutOfMemoryError e) {
            news.refuse("the controller's list was refused; the last roster stays", e);
            return false;
        } catch (IOException | RuntimeException e) {
            news.lost(e);
            return false;
        }
    }

    /** An answer may take as long in all as a stream may be silent. */
    private Client.Answer get(String path) throws IOException {
        return http.get(path, Map.of(), silence);
    }

    /**
     * A list leaves out agents whose tests pause. They stay: otherwise their counters would begin at 0 when a stream
     * names them again.
     */
    private List<Agent> withPaused(List<Agent> listed) {
        Set<String> named = listed.stream().flatMap(it -> Stream.of(it.name(), it.nodeName()))
                .collect(Collectors.toSet());
        var all = new ArrayList<>(listed);
        rosterState.roster().agents().stream().filter(Agent::paused)
                .filter(it -> !named.contains(it.name()) && !named.contains(it.nodeName())).forEach(all::add);
        return all;
    }

    /** Whether its thread has, too, which may still wait for an answer when it is closed. */
    boolean hasEnded() {
        return !thread.isAlive();
    }

    @Override
    public void close() {
        closed.countDown();
        news.close();
        ClientAnswer open = stream;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // it is gone then
            }
        }
    }
}
