package io.kconmon.agent.mesh;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.HostProtocol;
import io.kconmon.agent.probe.Protocol;
import io.kconmon.agent.probe.Result;
import io.kconmon.agent.probe.Series;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** The tests of all configured hosts, from the start to the end of the program. */
public final class HostProbes implements AutoCloseable {

    private record HostProbe<R extends Result>(String host, Series<R> series, Loop<R> loop) {
    }

    /** A host says nothing about itself, so that every result is recorded. */
    record SeriesRecorder<R extends Result>(Series<R> series) implements Recorder<R> {

        @Override
        public void record(R result) {
            series.record(result);
        }

        @Override
        public void recordBug() {
            series.recordBug();
        }
    }

    private final List<HostProbe<?>> probes = new ArrayList<>();

    /**
     * Starts a loop for each host of each protocol that tests hosts; a host that is named twice is tested once.
     *
     * @param protocols
     *            of which those are used that test hosts
     */
    public HostProbes(List<Protocol<?>> protocols, Sockets sockets, LoopMonitor monitor) {
        for (Protocol<?> protocol : protocols) {
            if (protocol instanceof HostProtocol<?> hosts) {
                new TreeSet<>(hosts.hosts()).forEach(host -> probes.add(start(hosts, host, sockets, monitor)));
            }
        }
    }

    private static <R extends Result> HostProbe<R> start(HostProtocol<R> protocol, String host, Sockets sockets,
            LoopMonitor monitor) {
        Series<R> series = protocol.series(host);
        return new HostProbe<>(host, series, Loop.start(protocol.name() + " " + host, sockets, protocol.of(host),
                protocol.interval(), new SeriesRecorder<>(series), monitor, false));
    }

    /** Adds every host's series. */
    public void write(String node, String zone, MetricFamilies families) {
        probes.forEach(probe -> {
            Labels ends = Labels.of("source", node, "source_zone", zone, "host", probe.host);
            probe.series.write(ends, families);
            probe.series.writeRare(ends, families);
        });
    }

    @Override
    public void close() {
        probes.forEach(probe -> probe.loop.stop());
    }
}
