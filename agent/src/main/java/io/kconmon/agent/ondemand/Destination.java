package io.kconmon.agent.ondemand;

import io.helidon.json.JsonObject;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.Protocol;
import io.kconmon.agent.probe.Result;
import io.kconmon.agent.probe.ResultJson;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.roster.Agent;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What can be tested on demand, by one protocol.
 *
 * @param names
 *            the names by which a caller may ask for it
 * @param test
 *            runs the test, and describes the destination and the result
 */
record Destination(Set<String> names, Test test) {

    private static final Log LOG = Log.of("agent");

    /** Runs once, and blocks meanwhile. */
    interface Test {
        JsonObject run() throws InterruptedException;
    }

    /** Another agent, by its own name and its node's. */
    static <R extends Result> Destination peer(Agent agent, Protocol<R> protocol, Supplier<Probe<R>> probe) {
        return new Destination(new HashSet<>(List.of(agent.name(), agent.nodeName())),
                () -> run(describe(agent), protocol, probe));
    }

    /** A configured host. */
    static <R extends Result> Destination host(String host, Protocol<R> protocol, Supplier<Probe<R>> probe) {
        return new Destination(Set.of(host),
                () -> run(JsonObject.builder().set("host", host), protocol, probe));
    }

    private static <R extends Result> JsonObject run(JsonObject.Builder json, Protocol<R> protocol,
            Supplier<Probe<R>> probe) throws InterruptedException {
        try (var once = probe.get()) {
            return protocol.describe(json, once.run()).build();
        } catch (RuntimeException | Error e) {
            LOG.bug("a bug in a test on demand", e, "test", protocol.name());
            return ResultJson.failure(json.set("result", "fail"), Cause.LOCAL, e.toString()).build();
        }
    }

    private static JsonObject.Builder describe(Agent agent) {
        var json = JsonObject.builder().set("destination", agent.nodeName()).set("destinationZone", agent.zone())
                .set("agent", agent.name()).set("ip", agent.ip());
        // The agent restarts or its node is under maintenance, so a failure is expected.
        return agent.paused() ? json.set("paused", true) : json;
    }
}
