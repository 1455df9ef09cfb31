package io.kconmon.controller.report;

import io.kconmon.shared.http.BearerToken;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * Asks every agent of the roster for its report when it has closed an interval: a waiting thread each. Agents begin their
 * intervals at different times, so their turns are spread over the interval; no more than some are asked at once in any
 * case.
 */
public final class ReportCollector implements AutoCloseable {

    private static final Log LOG = Log.of("controller");
    private static final int AT_ONCE = 48;
    /**
     * The turns of agents that failed the last time, so that the many agents of a dead zone do not take the turns of
     * the others.
     */
    private static final int FAILED_AT_ONCE = 8;
    private static final Duration LOOK = Duration.ofMinutes(1);
    /** All are asked for the first time within it, or sooner where there are few. */
    private static final long FIRST_MILLIS = 5000;
    private static final long FIRST_EACH_MILLIS = 20;

    private record Pulled(Agent agent, Thread thread) {
    }

    private final RosterBoard board;
    private final Optional<BearerToken> token;
    private final int commonPort;
    private final ReportSink sink;
    private final DoubleSupplier clock;
    private final Semaphore turns = new Semaphore(AT_ONCE);
    private final Semaphore turnsOfFailed = new Semaphore(FAILED_AT_ONCE);
    private final Map<String, Pulled> pulls = new HashMap<>();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Thread manager = Thread.ofVirtual().name("reports").unstarted(this::follow);
    private volatile RosterNodes nodes = RosterNodes.of(Roster.empty());

    /**
     * Nothing is asked before {@link #start()}.
     *
     * @param token
     *            shown to agents, if there is one
     * @param commonPort
     *            at which agents are asked that name no port of their own
     * @param clock
     *            in seconds since 1970-01-01
     */
    public ReportCollector(RosterBoard board, Optional<BearerToken> token, int commonPort, ReportSink sink,
            DoubleSupplier clock) {
        this.board = board;
        this.token = token;
        this.commonPort = commonPort;
        this.sink = sink;
        this.clock = clock;
    }

    public void start() {
        manager.start();
    }

    /** Reports that came. */
    public long received() {
        return received.get();
    }

    /** Times that an agent was asked and gave none. */
    public long failures() {
        return failures.get();
    }

    private void follow() {
        String revision = null;
        try {
            while (true) {
                Optional<Roster> next = board.awaitOtherThan(revision, LOOK);
                if (next.isPresent()) {
                    revision = next.get().revision();
                    try {
                        nodes = nodes.next(next.get());
                        follow(next.get());
                    } catch (RuntimeException e) { // the next roster is followed
                        LOG.bug("the agents of a roster could not be asked for reports", e);
                    }
                }
            }
        } catch (InterruptedException e) {
            pulls.values().forEach(it -> it.thread.interrupt());
        }
    }

    private void follow(Roster roster) {
        Map<String, Agent> wanted = roster.byNode();
        for (Iterator<Pulled> it = pulls.values().iterator(); it.hasNext();) {
            Pulled pulled = it.next();
            Agent agent = wanted.get(pulled.agent.nodeName());
            if (agent == null || !agent.equals(pulled.agent)) {
                pulled.thread.interrupt();
                it.remove();
            }
        }
        long spread = Math.min(FIRST_MILLIS, FIRST_EACH_MILLIS * wanted.size()) + 1;
        wanted.forEach((node, agent) -> pulls.computeIfAbsent(node, absent -> new Pulled(agent,
                Thread.ofVirtual().name("report of " + node).start(new AgentPoller(agent, uri(agent), this,
                        Duration.ofMillis(ThreadLocalRandom.current().nextLong(spread)))))));
    }

    private URI uri(Agent agent) {
        int port = agent.port() == Agent.COMMON_PORT ? commonPort : agent.port();
        String host = agent.ip().contains(":") ? "[" + agent.ip().replaceAll("%.*", "") + "]" : agent.ip();
        return URI.create("http://%s:%d".formatted(host, port));
    }

    /**
     * Waits for a turn to ask.
     *
     * @param hasFailed
     *            whether the agent gave no report when it was asked last
     */
    <T> T inTurn(boolean hasFailed, Supplier<T> ask) throws InterruptedException {
        Semaphore turn = hasFailed ? turnsOfFailed : turns;
        turn.acquire();
        try {
            return ask.get();
        } finally {
            turn.release();
        }
    }

    RosterNodes nodes() {
        return nodes;
    }

    Optional<BearerToken> token() {
        return token;
    }

    double now() {
        return clock.getAsDouble();
    }

    void received(AgentReport report, ReportText text) {
        received.incrementAndGet();
        sink.accept(report, text);
    }

    void failed() {
        failures.incrementAndGet();
    }

    @Override
    public void close() {
        manager.interrupt();
    }
}
