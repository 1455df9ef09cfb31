package io.kconmon.agent;

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

/** The agent's own families: the results of its tests, and the state of its roster. */
record AgentCollector(String prefix, Sockets.Clock clock, RosterState rosterState, Mesh mesh, HostProbes hosts,
        LoopMonitor monitor)
        implements
            MultiCollector {

    private static final String AGENTS_HELP = "Other agents in the roster, by whether they are being tested";

    @Override
    public MetricSnapshots collect() {
        var families = new MetricFamilies(prefix);
        Identity identity = rosterState.identity();
        if (rosterState.isSettled()) {
            mesh.write(identity.node(), identity.zone(), families);
            hosts.write(identity.node(), identity.zone(), families);
        }
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
        var all = MetricSnapshots.builder();
        families.build().forEach(all::metricSnapshot);
        return all.metricSnapshot(BuildInfo.snapshot(prefix, "agent")).build();
    }
}
