package io.kconmon.controller.status;

import io.kconmon.controller.report.AgentReport;
import io.kconmon.controller.report.MeshInterval;
import io.kconmon.controller.report.ReportHistory;
import io.kconmon.controller.report.ReportSink;
import io.kconmon.controller.report.ReportText;
import io.kconmon.controller.status.Snapshot.Newest;
import io.kconmon.controller.status.Snapshot.Node;
import io.kconmon.controller.verdict.Verdict;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;

/** The live state of the mesh: the roster, each source's newest report, and the verdicts that hold. */
public final class MeshStatus implements ReportSink {

    /** A report that is so many intervals and so many seconds old does not count as current. */
    private static final double STALE_INTERVALS = 4;
    private static final double STALE_SECONDS = 20;
    private static final double USUAL_INTERVAL = 5;
    private static final double LAST_INTERVALS = 1.5;
    /** In characters: of a thousand reports that are larger, only one each is kept. */
    private static final int MOST_KEPT_TWICE = 8192;

    /** Reports of one source that end so close together are one; in intervals. */
    private static final double SAME_INTERVALS = 0.5;

    private final RosterBoard board;
    private final boolean reports;
    private final DoubleSupplier clock;
    private final double since;
    private final ReportHistory history;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, SourceState> sources = new HashMap<>();
    private List<Verdict> verdicts = List.of();
    private long change;
    private long verdictChange;
    private boolean closed;

    /**
     * Knows nothing yet.
     *
     * @param reports
     *            whether agents are asked for reports
     * @param clock
     *            in seconds since 1970-01-01
     */
    public MeshStatus(RosterBoard board, boolean reports, ReportHistory history, DoubleSupplier clock) {
        this.board = board;
        this.reports = reports;
        this.history = history;
        this.clock = clock;
        this.since = clock.getAsDouble();
    }

    @Override
    public void accept(AgentReport report, ReportText text) {
        take(report, text);
    }

    /**
     * The same; of a report that there is already, only whether its agent stops is taken.
     *
     * @return whether it is another one than the source's last
     */
    boolean take(AgentReport report, ReportText text) {
        boolean isAnother = put(report, text);
        if (isAnother) {
            history.add(report.report(), text.nodes());
        }
        return isAnother;
    }

    private boolean put(AgentReport report, ReportText text) {
        lock.lock();
        try {
            double interval = report.report().interval();
            SourceState last = sources.get(text.source());
            if (last != null && Math.abs(report.report().at() - last.newest().at()) < SAME_INTERVALS
                    * Math.min(interval, last.newest().interval())) {
                if (last.stopping() != report.stopping()) {
                    Newest same = last.newest();
                    var newest = new Newest(same.text(), same.before(), same.at(), same.interval(), ++change);
                    sources.put(text.source(),
                            new SourceState(newest, report.stopping(), last.draining(), last.tested()));
                    changed.signalAll();
                }
                return false;
            }
            Optional<ReportText> before = Optional.ofNullable(last).map(SourceState::newest)
                    .filter(it -> report.report().at() - it.at() < LAST_INTERVALS * interval).map(Newest::text)
                    .filter(it -> it.body().length() < MOST_KEPT_TWICE);
            var newest = new Newest(text, before, report.report().at(), interval, ++change);
            sources.put(text.source(), SourceState.of(newest, report));
            changed.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Puts up what holds now. */
    public void verdicts(List<Verdict> now) {
        lock.lock();
        try {
            if (!now.equals(verdicts)) {
                verdicts = List.copyOf(now);
                verdictChange = ++change;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** What holds now. */
    public List<Verdict> verdicts() {
        lock.lock();
        try {
            return verdicts;
        } finally {
            lock.unlock();
        }
    }

    public ReportHistory history() {
        return history;
    }

    /** The change of the verdicts, by the number that {@link #await} returns. */
    long verdictChange() {
        lock.lock();
        try {
            return verdictChange;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until something has changed after that change; returns the number of the last one. */
    long await(long after, Duration atMost) throws InterruptedException {
        long left = atMost.toNanos();
        lock.lockInterruptibly();
        try {
            while (change == after && left > 0 && !closed) {
                left = changed.awaitNanos(left);
            }
            return change;
        } finally {
            lock.unlock();
        }
    }

    /** Nobody waits any more. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** As it is now. */
    public Snapshot snapshot() {
        Roster roster = board.roster().orElse(Roster.empty());
        Collection<Agent> agents = roster.byNode().values();
        double at = clock.getAsDouble();
        lock.lock();
        try {
            sources.keySet().retainAll(agents.stream().map(Agent::nodeName).collect(Collectors.toSet()));
            var newest = new ArrayList<Newest>();
            var fresh = new ArrayList<SourceState>();
            for (Agent agent : agents) {
                SourceState known = sources.get(agent.nodeName());
                if (known != null && isFresh(known.newest(), at)) {
                    newest.add(known.newest());
                    fresh.add(known);
                }
            }
            Set<String> draining = SourceState.draining(fresh);
            List<Node> nodes = agents.stream().map(agent -> node(agent, draining)).toList();
            double interval = MeshInterval.median(newest.stream().mapToDouble(Newest::interval), USUAL_INTERVAL);
            return new Snapshot(roster.revision(), at, since, reports, interval, nodes, verdicts, newest);
        } finally {
            lock.unlock();
        }
    }

    private static boolean isFresh(Newest newest, double at) {
        return at - newest.at() <= Math.max(STALE_SECONDS, STALE_INTERVALS * newest.interval());
    }

    private Node node(Agent agent, Set<String> draining) {
        SourceState known = sources.get(agent.nodeName());
        String state = agent.paused() ? "paused" : draining.contains(agent.nodeName()) ? "draining" : "active";
        return new Node(agent.nodeName(), agent.zone(), state,
                known == null ? OptionalDouble.empty() : OptionalDouble.of(known.newest().at()));
    }
}
