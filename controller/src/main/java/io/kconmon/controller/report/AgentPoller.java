package io.kconmon.controller.report;

import io.kconmon.shared.client.Endpoint;
import io.kconmon.shared.client.FailureText;
import io.kconmon.shared.client.Client;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.roster.Agent;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Asks one agent for its report as often as it has a new one. Used by one thread. */
final class AgentPoller implements Runnable {

    /** The limits for the time to an agent's next interval, whatever the agent reports. */
    private static final long LEAST_MILLIS = 250;
    private static final long MOST_MILLIS = 3_600_000;
    /**
     * Agents are asked only at multiples of this time. A thread that wakes alone finds cold caches, so asking several agents
     * together costs half the CPU. Agents with intervals shorter than 5 s have a shorter tick.
     */
    private static final long TICK_MILLIS = 250;
    private static final int TICKS_AN_INTERVAL = 20;
    /** An interval is closed a little before it is asked for. */
    private static final long AFTER_MILLIS = 20;
    private static final Duration WITHIN = Duration.ofSeconds(3);
    private static final Duration USUAL = Duration.ofSeconds(5);
    private static final Duration LONGEST_AWAY = Duration.ofSeconds(15);
    /** An agent that answers nonsense once will do so again. */
    private static final Duration AFTER_NONSENSE = Duration.ofMinutes(1);
    private static final int HEAD_BYTES = 4096;
    /** Twice the size of an unhealthy peer that is reported with its name. */
    private static final int PEER_BYTES = 512;
    private static final Pattern MILLIS = Pattern.compile("\\d{1,9}");
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final Log LOG = Log.of("controller");

    private final Agent agent;
    private final URI uri;
    private final ReportCollector collector;
    private Duration pause;
    private Optional<String> tag = Optional.empty();
    private Duration usual = USUAL;
    private Optional<Taken> taken = Optional.empty();
    private int failures;
    private boolean told;
    private boolean bugTold;

    private record Taken(AgentReport report, ReportText text) {
    }

    /**
     * Nothing is asked yet.
     *
     * @param first
     *            how long to wait before the first time
     */
    AgentPoller(Agent agent, URI uri, ReportCollector collector, Duration first) {
        this.agent = agent;
        this.uri = uri;
        this.collector = collector;
        this.pause = first;
    }

    @Override
    public void run() {
        try {
            while (true) {
                long tick = Math.clamp(usual.toMillis() / TICKS_AN_INTERVAL, 1, TICK_MILLIS);
                Thread.sleep(untilTick(System.nanoTime(), pause, Duration.ofMillis(tick)));
                pause = next();
            }
        } catch (InterruptedException e) {
            // it has left, or the controller stops
        }
    }

    /**
     * The time from now to the first tick at which the pause is over.
     *
     * @param now
     *            by {@link System#nanoTime}
     */
    static Duration untilTick(long now, Duration pause, Duration tick) {
        long after = now + pause.toNanos();
        return pause.plusNanos(Math.floorMod(-after, tick.toNanos()));
    }

    /** The time until the next report, even if this one fails. */
    private Duration next() throws InterruptedException {
        try {
            Duration pause = collector.inTurn(failures > 0, this::pull);
            // The next agent has its turn by now, so the report may be processed slowly.
            Optional<Taken> report = taken;
            taken = Optional.empty();
            report.ifPresent(it -> collector.received(it.report, it.text));
            return pause;
        } catch (RuntimeException e) {
            if (!bugTold) {
                bugTold = true;
                LOG.bug("an agent's report could not be taken", e, "agent", agent.name(), "node", agent.nodeName());
            }
            taken = Optional.empty();
            return failed(FailureText.of(e));
        }
    }

    /** Asks for a report, and returns the time until the next one. */
    private Duration pull() {
        RosterNodes nodes = collector.nodes();
        try {
            var headers = new TreeMap<String, String>();
            tag.ifPresent(it -> headers.put("If-None-Match", it));
            var client = new Client(new Endpoint(uri, collector.token(), Optional.empty()), WITHIN,
                    HEAD_BYTES + PEER_BYTES * nodes.names().size());
            Client.Answer answer = client.get("/report?roster=" + nodes.revision(), headers, WITHIN);
            if (answer.status() == OK) {
                take(answer, nodes);
            } else if (answer.status() != NOT_MODIFIED) {
                return failed("it answered %d".formatted(answer.status()));
            }
            failures = 0;
            return next(answer.headers());
        } catch (IllegalArgumentException e) {
            collector.failed();
            tell("an agent's report was refused", FailureText.of(e));
            return AFTER_NONSENSE;
        } catch (IOException e) {
            return failed(FailureText.of(e));
        }
    }

    private void take(Client.Answer answer, RosterNodes nodes) {
        var text = new ReportText(agent.nodeName(), nodes.names(), collector.now(), answer.body());
        AgentReport report = text.read();
        usual = Duration.ofMillis((long) (1e3 * report.report().interval()));
        tag = Optional.ofNullable(answer.headers().get("etag"));
        taken = Optional.of(new Taken(report, text));
    }

    private Duration next(Map<String, String> headers) {
        String next = headers.getOrDefault("kconmon-next", "");
        long millis = MILLIS.matcher(next).matches() ? Long.parseLong(next) : usual.toMillis();
        return Duration.ofMillis(Math.clamp(millis + AFTER_MILLIS, LEAST_MILLIS, MOST_MILLIS));
    }

    /** Who is away costs the more time to ask, so it is asked less often; a paused one is away for a reason. */
    private Duration failed(String reason) {
        collector.failed();
        failures++;
        if (failures == 3 && !agent.paused()) {
            tell("an agent's report cannot be had", reason);
        }
        Duration longest = usual.compareTo(LONGEST_AWAY) > 0 ? usual : LONGEST_AWAY;
        Duration away = usual.multipliedBy(failures);
        long millis = (away.compareTo(longest) < 0 ? away : longest).toMillis();
        return Duration.ofMillis(millis - ThreadLocalRandom.current().nextLong(Math.max(1, millis / 4)));
    }

    private void tell(String what, String reason) {
        if (!told) {
            told = true;
            LOG.warn(what, "agent", agent.name(), "node", agent.nodeName(), "reason", reason);
        }
    }
}
