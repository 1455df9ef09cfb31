package io.kconmon.agent.mesh;

import io.kconmon.agent.measure.Families;
import io.kconmon.agent.measure.Measurements;
import io.kconmon.agent.probe.Result;
import io.prometheus.metrics.model.snapshots.Labels;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One test of one node: what it has found, and the loop that runs it while there is something to test. */
final class Track<T, R extends Result> {

    private final PeerTest<T, R> test;
    private final String node;
    private final Measurements<R> measurements;
    private final LoopWatch watch;
    private @Nullable Loop<T, R> loop;
    private @Nullable InetSocketAddress address;
    private boolean warm;

    Track(PeerTest<T, R> test, String node, Farewell farewell, LoopWatch watch) {
        this.test = test;
        this.node = node;
        this.watch = watch;
        this.measurements = new Excusing<>(test.measurements().apply(node), test.word(), farewell, watch);
    }

    /** A path that has been used before is warm: a peer that was away for a while is tested from its first round on. */
    void start(InetSocketAddress at) {
        stop();
        warm &= at.equals(address);
        address = at;
        loop = Loop.start(test.name() + " " + node, test.probe(), test.path().apply(at), measurements, watch, warm);
    }

    void stop() {
        if (loop != null) {
            warm = loop.isWarm();
            loop.stop();
            loop = null;
        }
    }

    void pause() {
        stop();
        measurements.pause();
    }

    void write(Labels ends, Families families) {
        measurements.write(ends, families);
    }
}
