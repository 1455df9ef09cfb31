package io.kconmon.controller.status;

import io.kconmon.controller.report.AgentReport;
import io.kconmon.controller.report.ReportSink;
import io.kconmon.controller.report.ReportText;
import io.kconmon.controller.verdict.RosterNode;
import io.kconmon.controller.verdict.Verdict;
import io.kconmon.controller.verdict.VerdictEngine;
import io.kconmon.controller.verdict.VerdictEvent;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.roster.RosterBoard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * Judges the reports: passes rosters and reports to the engine, asks it each second, and logs when a verdict begins and
 * ends.
 */
public final class VerdictLoop implements ReportSink, AutoCloseable {

    private static final Duration PACE = Duration.ofSeconds(1);
    private static final Log LOG = Log.of("verdict");

    private final RosterBoard board;
    private final MeshStatus status;
    private final RosterHistory rosters;
    private final DoubleSupplier clock;
    private final Consumer<VerdictEvent> listener;
    private final VerdictEngine engine = new VerdictEngine();
    /** The roster that the engine knows. */
    private Optional<List<RosterNode>> judged = Optional.empty();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Verdict.Kind, Long> begun = new EnumMap<>(Verdict.Kind.class);
    private final Thread thread = Thread.ofVirtual().name("verdicts").unstarted(this::run);

    /**
     * Nothing is judged before {@link #start()}.
     *
     * @param listener
     *            called when a verdict begins or ends
     */
    public VerdictLoop(RosterBoard board, MeshStatus status, RosterHistory rosters, DoubleSupplier clock,
            Consumer<VerdictEvent> listener) {
        this.listener = listener;
        this.board = board;
        this.status = status;
        this.rosters = rosters;
        this.clock = clock;
        for (Verdict.Kind kind : Verdict.Kind.values()) {
            begun.put(kind, 0L);
        }
    }

    public void start() {
        thread.start();
    }

    @Override
    public void accept(AgentReport report, ReportText text) {
        if (!status.take(report, text)) {
            return;
        }
        lock.lock();
        try {
            engine.report(report.report());
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                once();
                Thread.sleep(PACE);
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    private void once() {
        lock.lock();
        try {
            double now = clock.getAsDouble();
            List<RosterNode> nodes = board.roster().map(roster -> roster.byNode().values().stream()
                    .map(it -> new RosterNode(it.nodeName(), it.zone(), it.paused())).toList()).orElse(List.of());
            rosters.add(now, nodes);
            if (!judged.filter(nodes::equals).isPresent()) {
                engine.roster(now, nodes);
                judged = Optional.of(nodes);
            }
            engine.advance(now).forEach(this::tell);
            status.verdicts(engine.current());
        } catch (RuntimeException e) { // the loop goes on after a failed judgement
            LOG.bug("reports could not be judged", e);
        } finally {
            lock.unlock();
        }
    }

    private void tell(VerdictEvent event) {
        Verdict verdict = event.verdict();
        var fields = new ArrayList<Object>(List.of("kind", verdict.kind().label()));
        verdict.subject().names().forEach((name, value) -> fields.addAll(List.of(name, value)));
        fields.addAll(List.of("direction", verdict.direction().label(), "protocol", verdict.protocol().label(), "loss",
                verdict.loss(), "words", verdict.words()));
        if (event.change() == VerdictEvent.Change.BEGINS) {
            begun.merge(verdict.kind(), 1L, Long::sum);
            LOG.warn("verdict begins", fields.toArray());
        } else {
            LOG.info("verdict ends", fields.toArray());
        }
        listener.accept(event);
    }

    /** How many verdicts have begun, by their kind. */
    public Map<Verdict.Kind, Long> begun() {
        lock.lock();
        try {
            return Map.copyOf(begun);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
