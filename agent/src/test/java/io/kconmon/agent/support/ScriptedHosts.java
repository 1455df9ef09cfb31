package io.kconmon.agent.support;

import io.helidon.json.JsonObject;
import io.kconmon.agent.probe.HostProtocol;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.Result;
import io.kconmon.agent.probe.Series;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** A host protocol with probes and results of a test's own, at a short interval. */
public record ScriptedHosts<R extends Result>(String name, List<String> hosts, Function<String, Probe<R>> probes,
        Function<String, Series<R>> allSeries) implements HostProtocol<R> {

    @Override
    public Duration interval() {
        return Duration.ofMillis(10);
    }

    @Override
    public Probe<R> of(String host) {
        return probes.apply(host);
    }

    @Override
    public Series<R> series(String host) {
        return allSeries.apply(host);
    }

    @Override
    public JsonObject.Builder describe(JsonObject.Builder json, R result) {
        return json;
    }
}
