package io.kconmon.controller.status;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.json.JsonObject;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.kconmon.controller.report.Report;
import io.kconmon.controller.report.ReportHistory;
import io.kconmon.controller.verdict.ReplayJson;
import io.kconmon.shared.http.Answers;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * {@code /status}: the mesh as text, or as JSON for {@code Accept: application/json} (alone: with
 * {@code *}{@code /*} beside it, as kubectl sends, it is text) and {@code ?format=json}; {@code /status/stream}, the same as it
 * changes; {@code /status/pair}, two nodes' last hour; {@code /status/recording}, everybody's, as lines that can be replayed.
 * {@code /} is the text, too, for who is no browser.
 */
public final class StatusRoutes implements HttpService {

    /** Each may read the reports of an hour. */
    private static final int AT_ONCE = 4;
    private static final List<String> FORMATS = List.of("json", "text");
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final MeshStatus status;
    private final RosterHistory rosters;
    private final StatusStream stream;
    private final Semaphore places = new Semaphore(AT_ONCE);

    /** An answer that is written as it is made. */
    private interface Body {
        void write(Writer out) throws IOException;
    }

    public StatusRoutes(MeshStatus status, RosterHistory rosters) {
        this.status = status;
        this.rosters = rosters;
        this.stream = new StatusStream(status, HEARTBEAT);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::status).get("/status", this::status).get("/status/stream", stream)
                .get("/status/pair", this::pair).get("/status/recording", this::recording);
    }

    private void status(ServerRequest request, ServerResponse response) throws IOException {
        Optional<String> format = request.query().first("format").asOptional();
        if (format.isPresent() && !FORMATS.contains(format.get())) {
            refuse(response, Status.BAD_REQUEST_400,
                    "format \"%s\" is not allowed; allowed: json, text".formatted(format.get()));
            return;
        }
        Snapshot snapshot = status.snapshot();
        response.header(HeaderNames.create(Health.HEADER), Health.of(snapshot).label())
                .header(HeaderNames.VARY, "Accept");
        if (wantsJson(request, format)) {
            send(response, "application/json", out -> {
                StatusJson.write(snapshot, out);
                out.write('\n');
            });
        } else {
            boolean coloured = request.query().first("colour").filter("true"::equals).isPresent();
            send(response, "text/plain; charset=utf-8", out -> out.write(StatusText.of(snapshot, coloured)));
        }
    }

    /** {@code kubectl get --raw} accepts for both JSON and anything, and whoever calls it wants to read. */
    private static boolean wantsJson(ServerRequest request, Optional<String> format) {
        if (format.isPresent()) {
            return format.get().equals("json");
        }
        List<String> accepted = request.headers().all(HeaderNames.ACCEPT, List::of);
        return accepted.stream().anyMatch(it -> it.contains("application/json"))
                && accepted.stream().noneMatch(it -> it.contains("*/*"));
    }

    private void pair(ServerRequest request, ServerResponse response) throws IOException {
        String source = request.query().first("source").orElse("");
        String destination = request.query().first("destination").orElse("");
        if (source.isEmpty() || destination.isEmpty()) {
            refuse(response, Status.BAD_REQUEST_400,
                    "source and destination are wanted, as in /status/pair?source=node-1&destination=node-2");
            return;
        }
        List<String> nodes = status.snapshot().nodes().stream().map(Snapshot.Node::name).toList();
        for (String node : List.of(source, destination)) {
            if (!nodes.contains(node)) {
                refuse(response, Status.NOT_FOUND_404,
                        "\"%s\" is no node among the %d of the roster".formatted(node, nodes.size()));
                return;
            }
        }
        send(response, "application/json", out -> out.write(StatusJson.history(source, destination,
                status.history().of(source).stream().map(ReportHistory.Kept::report).toList())));
    }

    private void recording(ServerRequest request, ServerResponse response) throws IOException {
        send(response, "application/x-ndjson", out -> {
            var left = new ArrayDeque<>(rosters.all());
            boolean first = true;
            for (ReportHistory.Kept kept : status.history().all()) {
                Report report = kept.report();
                while (!left.isEmpty() && (first || left.getFirst().at() <= report.at())) {
                    RosterHistory.Since roster = left.removeFirst();
                    out.write(ReplayJson.write(first ? Math.min(roster.at(), report.at()) : roster.at(),
                            roster.nodes()) + "\n");
                    first = false;
                }
                out.write(ReplayJson.write(report) + "\n");
            }
            for (RosterHistory.Since roster : left) {
                out.write(ReplayJson.write(roster.at(), roster.nodes()) + "\n");
            }
        });
    }

    /** Whoever does not read is cut off by the server; until then others are refused rather than kept waiting. */
    private void send(ServerResponse response, String type, Body body) throws IOException {
        if (!places.tryAcquire()) {
            response.header(HeaderNames.RETRY_AFTER, "1");
            refuse(response, Status.SERVICE_UNAVAILABLE_503,
                    "%d such answers are being made, which is as many as there may be".formatted(AT_ONCE));
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, type).header(HeaderNames.CACHE_CONTROL, "no-store");
        try (Writer out = new OutputStreamWriter(response.outputStream(), StandardCharsets.UTF_8)) {
            body.write(out);
        } finally {
            places.release();
        }
    }

    static void refuse(ServerResponse response, Status status, String reason) {
        Answers.json(response, status, JsonObject.builder().set("error", reason).build());
    }
}
