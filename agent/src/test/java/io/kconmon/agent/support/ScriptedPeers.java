package io.kconmon.agent.support;

import io.helidon.json.JsonObject;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.PeerState;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.Result;
import io.kconmon.agent.probe.Series;
import io.kconmon.agent.probe.ZoneSeries;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Supplier;

/** A peer protocol with probes and results of a test's own, at a short interval. */
public record ScriptedPeers<R extends Result>(String name, Function<InetSocketAddress, Probe<R>> probes,
        Function<String, Series<R>> allSeries, Supplier<ZoneSeries<R>> zones,
        Function<R, PeerState> states) implements PeerProtocol<R> {

    @Override
    public Duration interval() {
        return Duration.ofMillis(10);
    }

    @Override
    public Probe<R> to(InetSocketAddress peer, Ticks ticks) {
        return probes.apply(peer);
    }

    @Override
    public PeerState peerState(R result) {
        return states.apply(result);
    }

    @Override
    public Series<R> series(String destination) {
        return allSeries.apply(destination);
    }

    @Override
    public ZoneSeries<R> zoneSeries() {
        return zones.get();
    }

    @Override
    public JsonObject.Builder describe(JsonObject.Builder json, R result) {
        return json;
    }
}
