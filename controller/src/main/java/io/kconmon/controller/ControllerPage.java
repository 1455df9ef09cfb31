package io.kconmon.controller;

import io.kconmon.shared.metrics.BuildInfo;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** The controller's own families. */
record ControllerPage(String prefix, RosterBoard board) implements MultiCollector {

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
                .metricSnapshot(BuildInfo.snapshot(prefix, "controller")).build();
    }

    private static GaugeDataPointSnapshot point(String state, int value) {
        return GaugeDataPointSnapshot.builder().labels(Labels.of("state", state)).value(value).build();
    }
}
