package io.kconmon.controller;

import io.kconmon.controller.status.VerdictLoop;
import io.kconmon.controller.status.MeshStatus;
import io.kconmon.controller.verdict.Verdict;
import io.kconmon.shared.metrics.BuildInfo;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/** The controller's own families. */
record ControllerCollector(String prefix, RosterBoard board, VerdictLoop verdictLoop,
        MeshStatus status) implements MultiCollector {

    @Override
    public MetricSnapshots collect() {
        Roster roster = board.roster().orElse(Roster.empty());
        int paused = (int) roster.agents().stream().filter(Agent::paused).count();
        return MetricSnapshots.builder()
                .metricSnapshot(GaugeSnapshot.builder().name(prefix + "_roster_agents")
                        .help("Agents in the roster, by whether they are to be tested")
                        .dataPoint(point("active", roster.size() - paused)).dataPoint(point("paused", paused)).build())
                .metricSnapshot(GaugeSnapshot.builder().name(prefix + "_roster_age_seconds")
                        .help("Time since the roster was last known to be right; zero while its source is well")
                        .dataPoint(GaugeDataPointSnapshot.builder().value(board.age().toMillis() / 1e3).build())
                        .build())
                .metricSnapshot(new GaugeSnapshot(
                        new MetricMetadata(prefix + "_verdict", "What is at fault now; 1 while it is"), verdicts()))
                .metricSnapshot(new CounterSnapshot(
                        new MetricMetadata(prefix + "_verdicts", "Verdicts that have begun"), begun()))
                .metricSnapshot(BuildInfo.snapshot(prefix, "controller")).build();
    }

    private List<GaugeDataPointSnapshot> verdicts() {
        return status.verdicts().stream().map(ControllerCollector::labels).distinct()
                .map(it -> GaugeDataPointSnapshot.builder().labels(it).value(1).build()).toList();
    }

    private static Labels labels(Verdict verdict) {
        Labels.Builder labels = Labels.builder().label("kind", verdict.kind().label());
        verdict.subject().names().forEach(labels::label);
        if (verdict.slow().isPresent()) {
            labels.label("cause", Verdict.SLOW);
        }
        return labels.label("direction", verdict.direction().label()).label("protocol", verdict.protocol().label())
                .build();
    }

    private List<CounterDataPointSnapshot> begun() {
        return verdictLoop.begun().entrySet().stream().map(it -> CounterDataPointSnapshot.builder()
                .labels(Labels.of("kind", it.getKey().label())).value(it.getValue()).build()).toList();
    }

    private static GaugeDataPointSnapshot point(String state, int value) {
        return GaugeDataPointSnapshot.builder().labels(Labels.of("state", state)).value(value).build();
    }
}
