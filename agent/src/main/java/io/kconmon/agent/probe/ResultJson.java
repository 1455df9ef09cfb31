package io.kconmon.agent.probe;

import io.helidon.json.JsonObject;
import java.time.Duration;

/** The fields that the results of all protocols have in the answer of a test on demand. */
public final class ResultJson {

    private ResultJson() {
    }

    /** Adds whether the test passed. */
    public static JsonObject.Builder result(JsonObject.Builder json, Result result) {
        return json.set("result", result.cause().isEmpty() ? "pass" : "fail");
    }

    /** Adds why an exchange failed, if it did. */
    public static JsonObject.Builder failure(JsonObject.Builder json, Outcome<?> outcome) {
        return outcome instanceof Outcome.Failure<?>(Cause why, String detail) ? failure(json, why, detail) : json;
    }

    /** Adds the cause of a failed exchange and the detail in words. */
    public static JsonObject.Builder failure(JsonObject.Builder json, Cause why, String detail) {
        json.set("cause", why.label());
        return detail.isEmpty() ? json : json.set("detail", detail);
    }

    /** A duration in milliseconds, with its fraction. */
    public static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
