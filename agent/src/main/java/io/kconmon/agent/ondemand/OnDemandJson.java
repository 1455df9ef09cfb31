package io.kconmon.agent.ondemand;

import io.helidon.json.JsonObject;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.TcpProbe;
import io.kconmon.agent.probe.UdpRound;
import java.time.Duration;

/** Results of tests as JSON, with every packet's outcome. Times are in milliseconds. */
final class OnDemandJson {

    private OnDemandJson() {
    }

    static JsonObject.Builder udp(JsonObject.Builder json, UdpRound round) {
        json.set("result", result(round.cause().isEmpty()));
        if (round.sent() > 0) {
            json.set("lossPercent", round.loss());
        }
        round.meanMillis().ifPresent(it -> json.set("durationMillis", it));
        round.varianceMillis().ifPresent(it -> json.set("varianceMillis", it));
        return json.set("late", round.late()).set("duplicates", round.duplicates()).setValues("packets",
                round.packets().stream().map(OnDemandJson::packet).toList());
    }

    private static JsonObject packet(Outcome<Duration> outcome) {
        return switch (outcome) {
            case Outcome.Success<Duration>(Duration roundTrip) -> JsonObject.builder().set("outcome", "received")
                    .set("roundTripMillis", millis(roundTrip)).build();
            default -> failure(JsonObject.builder().set("outcome", "lost"), outcome).build();
        };
    }

    static JsonObject.Builder tcp(JsonObject.Builder json, Outcome<TcpProbe.Timing> outcome) {
        return switch (outcome) {
            case Outcome.Success<TcpProbe.Timing>(TcpProbe.Timing timing) -> json.set("result", result(true))
                    .set("connectMillis", millis(timing.connect())).set("durationMillis", millis(timing.total()));
            default -> failure(json.set("result", result(false)), outcome);
        };
    }

    static JsonObject.Builder dns(JsonObject.Builder json, Outcome<Duration> outcome) {
        return switch (outcome) {
            case Outcome.Success<Duration>(Duration took) -> json.set("result", result(true)).set("durationMillis",
                    millis(took));
            default -> failure(json.set("result", result(false)), outcome);
        };
    }

    private static JsonObject.Builder failure(JsonObject.Builder json, Outcome<?> failed) {
        failed.cause().ifPresent(it -> json.set("cause", it.label()));
        return failed.detail().isEmpty() ? json : json.set("detail", failed.detail());
    }

    private static String result(boolean passed) {
        return passed ? "pass" : "fail";
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
