package io.kconmon.agent.mesh;

import io.kconmon.agent.measure.DnsMeasurements;
import io.kconmon.agent.measure.Families;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Probe;
import io.prometheus.metrics.model.snapshots.Labels;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** The DNS test of every configured host, from the start to the end of the program. */
public final class HostTests implements AutoCloseable {

    private final Map<String, DnsMeasurements> measurements = new LinkedHashMap<>();
    private final List<Loop<String, Outcome<Duration>>> loops;

    public HostTests(List<String> hosts, Probe<String, Outcome<Duration>> probe, LoopWatch watch) {
        new TreeSet<>(hosts).forEach(host -> measurements.put(host, new DnsMeasurements(host)));
        loops = measurements.entrySet().stream()
                .map(it -> Loop.start("dns " + it.getKey(), probe, it.getKey(), it.getValue(), watch, false)).toList();
    }

    /** Adds every host's series. */
    public void write(String node, String zone, Families families) {
        measurements.forEach((host, dns) -> dns
                .write(Labels.of("source", node, "source_zone", zone, "host", host), families));
    }

    @Override
    public void close() {
        loops.forEach(Loop::stop);
    }
}
