package io.kconmon.agent.mesh;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.IntervalCounts;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.ReportIntervals;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.Result;
import io.kconmon.agent.probe.Series;
import io.kconmon.agent.probe.ZoneSeries;
import io.prometheus.metrics.model.snapshots.Labels;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One protocol's test of one node: its series, and the loop that runs while there is something to test. */
final class PeerProbe<R extends Result> implements Recorder<R> {

    private final PeerProtocol<R> protocol;
    private final String node;
    private final Series<R> series;
    private final IntervalCounts<R> reportCounts;
    private final ZoneSeries<R> zoneSeries;
    private final DrainNotice notice;
    private final Sockets sockets;
    private final LoopMonitor monitor;
    private volatile PeerQuality quality = PeerQuality.NONE;
    private @Nullable Loop<R> loop;
    private @Nullable InetSocketAddress address;
    private boolean warm;
    private boolean stoppingAtBegin;

    PeerProbe(PeerProtocol<R> protocol, String node, ZoneSeries<R> zoneSeries, DrainNotice notice, Sockets sockets,
            LoopMonitor monitor, ReportIntervals intervals) {
        this.protocol = protocol;
        this.node = node;
        this.zoneSeries = zoneSeries;
        this.notice = notice;
        this.sockets = sockets;
        this.monitor = monitor;
        this.series = protocol.series(node);
        this.reportCounts = new IntervalCounts<>(protocol.reportCounts(), intervals);
    }

    /** A path that has been used before is warm: a peer that was away for a while is tested from its first run on. */
    void start(InetSocketAddress at) {
        stop();
        warm &= at.equals(address);
        address = at;
        loop = Loop.start(protocol.name() + " " + node, sockets, protocol.to(at, Ticks.of(protocol.interval())),
                protocol.interval(), this, monitor,
                warm);
    }

    void stop() {
        if (loop != null) {
            warm = loop.isWarm();
            loop.stop();
            loop = null;
        }
    }

    void stopAndClearGauges() {
        stop();
        series.clearGauges();
        quality = PeerQuality.NONE;
    }

    @Override
    public void warmUp(R result) {
        notice.hear(protocol.peerState(result));
    }

    @Override
    public void begins() {
        stoppingAtBegin = notice.holds();
    }

    /**
     * The notice that a result carries holds for this result, too, even if it is a failure. A run that began while the notice
     * held may fail even if another protocol's run has found the next agent since.
     */
    @Override
    public void record(R result) {
        notice.hear(protocol.peerState(result));
        if ((stoppingAtBegin || notice.holds())
                && result.cause().filter(it -> it != Cause.LOCAL).isPresent()) {
            monitor.excused();
            series.clearGauges();
        } else {
            series.record(result);
            zoneSeries.record(result);
            reportCounts.add(result);
            quality = quality.plus(result);
        }
    }

    @Override
    public void recordBug() {
        series.recordBug();
        zoneSeries.recordBug();
    }

    PeerProtocol<R> protocol() {
        return protocol;
    }

    PeerQuality quality() {
        return quality;
    }

    /** The measurements of a closed interval, as a part of a line of the report; empty if there are none. */
    String measured(long interval) {
        return reportCounts.of(interval);
    }

    void write(Labels ends, MetricFamilies families) {
        series.write(ends, families);
    }

    void writeRare(Labels ends, MetricFamilies families) {
        series.writeRare(ends, families);
    }
}
