package io.kconmon.agent.support;

import io.helidon.json.JsonObject;
import io.kconmon.agent.probe.PeerProtocol;
import io.kconmon.agent.probe.PeerState;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.Result;
import io.kconmon.agent.probe.Series;
import io.kconmon.agent.probe.Tally;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Function;

/** A protocol whose probes find what a test says, at a short interval. */
public record ScriptedPeers<R extends Result>(String name, Function<InetSocketAddress, Probe<R>> probes,
        Function<String, Series<R>> allSeries, Function<R, PeerState> states) implements PeerProtocol<R> {

    @Override
    public Duration interval() {
        return Duration.ofMillis(10);
    }

    @Override
    public Probe<R> to(InetSocketAddress peer) {
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

    /** Counts results. */
    @Override
    public Tally<R> tally() {
        return new Tally<>() {
            private int count;

            @Override
            public void add(R result) {
                count++;
            }

            @Override
            public String take() {
                String text = count == 0 ? "" : String.valueOf(count);
                count = 0;
                return text;
            }
        };
    }

    @Override
    public JsonObject.Builder describe(JsonObject.Builder json, R result) {
        return json;
    }
}
