package io.kconmon.agent;

import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.mesh.HostProbes;
import io.kconmon.agent.mesh.LoopMonitor;
import io.kconmon.agent.mesh.Mesh;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.roster.RosterState;
import io.kconmon.agent.roster.Identity;
import io.kconmon.shared.metrics.BuildInfo;
import io.kconmon.shared.roster.Agent;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;

/**
 * The agent's page: the program's meters, the state of its roster, and the results of its tests. Those of the mesh come
 * last, because what it may write depends on how many series there are already.
 */
record AgentCollector(String prefix, Sockets.Clock clock, RosterState rosterState, Mesh mesh, HostProbes hosts,
        LoopMonitor monitor, MultiCollector meters)
        implements
            MultiCollector {

    /** What is added to the page after all has been counted: the build's version, and the number of series. */
    private static final int AFTER = 2;

    private static final String AGENTS_HELP = "Other agents in the roster, by whether they are being tested";

    @Override
    public MetricSnapshots collect() {
        MetricSnapshots own = meters.collect();
        var families = new MetricFamilies(prefix, own.stream().mapToInt(AgentCollector::series).sum() + AFTER);
        monitor.write(families);
        families.gauge("clock_info", "Whose clock times packets: the kernel's or this process's",
                Labels.of("source", clock.label()),
                1);
        List<Agent> agents = mesh.agents();
        int paused = (int) agents.stream().filter(Agent::paused).count();
        families.gauge("roster_agents", AGENTS_HELP, Labels.of("state", "active"), agents.size() - paused);
        families.gauge("roster_agents", AGENTS_HELP, Labels.of("state", "paused"), paused);
        families.gauge("incoming_peers", "Agents that are to test this one all the time", Labels.EMPTY,
                rosterState.incoming());
        families.gauge("roster_age_seconds",
                "Time since the roster was last known to be right; since the start if it never was", Labels.EMPTY,
                rosterState.age().toMillis() / 1e3);
        Identity identity = rosterState.identity();
        if (rosterState.isSettled()) {
            hosts.write(identity.node(), identity.zone(), families);
            mesh.write(identity.node(), identity.zone(), families);
        }
        var all = MetricSnapshots.builder();
        own.forEach(all::metricSnapshot);
        families.build().forEach(all::metricSnapshot);
        return all.metricSnapshot(BuildInfo.snapshot(prefix, "agent"))
                .metricSnapshot(new GaugeSnapshot(new MetricMetadata(prefix + "_series", "Series on this page"),
                        List.of(new GaugeDataPointSnapshot(families.series(), Labels.EMPTY, null))))
                .build();
    }

    /** A meter's: a summary has its sum and its count. */
    private static int series(MetricSnapshot family) {
        return family.getDataPoints().size() * (family instanceof SummarySnapshot ? 2 : 1);
    }
}
