package io.kconmon.controller.verdict;

/** Verdicts as JSON objects, for a replay's lines and for {@code /status}. */
public final class VerdictJson {

    private VerdictJson() {
    }

    /** A line of a replay, without a line break. */
    public static String write(VerdictEvent event) {
        return "{\"at\":%s,\"event\":\"%s\",%s}".formatted(JsonText.seconds(event.at()), event.change().label(),
                fields(event.verdict()));
    }

    public static String write(Verdict verdict) {
        return "{" + fields(verdict) + "}";
    }

    private static String fields(Verdict verdict) {
        var json = new StringBuilder(256).append("\"kind\":\"").append(verdict.kind().label()).append('"');
        verdict.subject().names()
                .forEach((field, name) -> json.append(",\"").append(field).append("\":").append(JsonText.string(name)));
        json.append(",\"direction\":\"").append(verdict.direction().label()).append("\",\"protocol\":\"")
                .append(verdict.protocol().label()).append("\",\"loss\":").append(JsonText.share(verdict.loss()));
        if (!verdict.causes().isEmpty()) {
            json.append(",\"causes\":").append(JsonText.counts(verdict.causes()));
        }
        verdict.slow().ifPresent(slow -> json.append(",\"rtt_micros\":").append(slow.rttMicros())
                .append(",\"usual_rtt_micros\":").append(slow.usualRttMicros()));
        return json.append(",\"confidence\":").append(JsonText.share(verdict.confidence())).append(",\"since\":")
                .append(JsonText.seconds(verdict.since())).append(",\"words\":")
                .append(JsonText.string(verdict.words())).toString();
    }
}
