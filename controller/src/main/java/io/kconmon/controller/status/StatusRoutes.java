package io.kconmon.controller.status;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.json.JsonObject;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.kconmon.controller.report.Report;
import io.kconmon.controller.report.ReportHistory;
import io.kconmon.controller.verdict.ReplayJson;
import io.kconmon.shared.http.Responses;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * {@code /status}: the mesh as text, or as JSON for {@code Accept: application/json} (alone: with {@code *}{@code /*}
 * beside it, as kubectl sends, it is text) and {@code ?format=json}; {@code /status/stream}, the same as it changes;
 * {@code /status/pair}, two nodes' last hour; {@code /status/recording}, the last hour of all nodes, as lines that can
 * be replayed. {@code /} is the text, too, for clients that are not browsers.
 */
public final class StatusRoutes implements HttpService {

    private static final int AT_ONCE = 4;
    private static final Duration WITHIN = Duration.ofMinutes(1);
    /** Of recordings, which take long, and keep nobody from the status. */
    private static final int RECORDINGS_AT_ONCE = 2;
    private static final Duration RECORDING_WITHIN = Duration.ofMinutes(5);
    private static final int BATCH = 256;
    private static final List<String> FORMATS = List.of("json", "text");
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final MeshStatus status;
    private final RosterHistory rosters;
    private final StatusStream stream;
    private final LongSupplier nanos;
    private final AnswerSlots places = new AnswerSlots(AT_ONCE, WITHIN);
    private final AnswerSlots recordings = new AnswerSlots(RECORDINGS_AT_ONCE, RECORDING_WITHIN);

    /** So many answers at once, each to be read within that time. */
    private record AnswerSlots(int most, Duration within, Semaphore free) {

        AnswerSlots(int most, Duration within) {
            this(most, within, new Semaphore(most));
        }
    }

    /** An answer that is written as it is made. */
    private interface Body {
        void write(Writer out) throws IOException;
    }

    public StatusRoutes(MeshStatus status, RosterHistory rosters) {
        this(status, rosters, System::nanoTime);
    }

    /** By that clock. */
    StatusRoutes(MeshStatus status, RosterHistory rosters, LongSupplier nanos) {
        this.status = status;
        this.rosters = rosters;
        this.nanos = nanos;
        this.stream = new StatusStream(status, HEARTBEAT);
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::status).get("/status", this::status).get("/status/stream", stream)
                .get("/status/pair", this::pair).get("/status/recording", this::recording);
    }

    private void status(ServerRequest request, ServerResponse response) {
        Optional<String> format = request.query().first("format").asOptional();
        if (format.isPresent() && !FORMATS.contains(format.get())) {
            refuse(response, Status.BAD_REQUEST_400,
                    "format \"%s\" is not allowed; allowed: json, text".formatted(format.get()));
            return;
        }
        Snapshot snapshot = status.snapshot();
        response.header(HeaderNames.create(MeshHealth.HEADER), MeshHealth.of(snapshot).label())
                .header(HeaderNames.VARY, "Accept");
        if (wantsJson(request, format)) {
            send(response, places, "application/json", out -> {
                StatusJson.write(snapshot, out);
                out.write('\n');
            });
        } else {
            boolean coloured = request.query().first("colour").filter("true"::equals).isPresent();
            send(response, places, "text/plain; charset=utf-8", out -> out.write(StatusText.of(snapshot, coloured)));
        }
    }

    /** {@code kubectl get --raw} accepts JSON and anything else, and its users want to read text. */
    private static boolean wantsJson(ServerRequest request, Optional<String> format) {
        if (format.isPresent()) {
            return format.get().equals("json");
        }
        List<String> accepted = request.headers().all(HeaderNames.ACCEPT, List::of);
        return accepted.stream().anyMatch(it -> it.contains("application/json"))
                && accepted.stream().noneMatch(it -> it.contains("*/*"));
    }

    private void pair(ServerRequest request, ServerResponse response) {
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
        send(response, places, "application/json", out -> out.write(StatusJson.history(source, destination,
                status.history().of(source).stream().map(ReportHistory.Kept::report).toList())));
    }

    private void recording(ServerRequest request, ServerResponse response) {
        send(response, recordings, "application/x-ndjson", this::record);
    }

    /** What there is when it begins, less what is gone when its turn comes. */
    private void record(Writer out) throws IOException {
        var left = new ArrayDeque<>(rosters.all());
        ReportHistory history = status.history();
        long end = history.end();
        boolean first = true;
        for (long next = 0; next < end;) {
            ReportHistory.Batch batch = history.batch(next, BATCH);
            for (ReportHistory.Kept kept : batch.reports()) {
                Report report = kept.report();
                while (!left.isEmpty() && (first || left.getFirst().at() <= report.at())) {
                    RosterHistory.Since roster = left.removeFirst();
                    out.write(ReplayJson.write(first ? Math.min(roster.at(), report.at()) : roster.at(),
                            roster.nodes()) + "\n");
                    first = false;
                }
                out.write(ReplayJson.write(report) + "\n");
            }
            next = batch.next();
        }
        for (RosterHistory.Since roster : left) {
            out.write(ReplayJson.write(roster.at(), roster.nodes()) + "\n");
        }
    }

    /**
     * The server cuts off clients that do not read; this cuts off clients that read too slowly. Until then other
     * clients are refused rather than kept waiting.
     */
    private void send(ServerResponse response, AnswerSlots from, String type, Body body) {
        if (!from.free.tryAcquire()) {
            response.header(HeaderNames.RETRY_AFTER, "1");
            refuse(response, Status.SERVICE_UNAVAILABLE_503,
                    "%d such answers are being made, which is as many as there may be".formatted(from.most));
            return;
        }
        try {
            response.header(HeaderNames.CONTENT_TYPE, type).header(HeaderNames.CACHE_CONTROL, "no-store");
            var out = new OutputStreamWriter(new DeadlineOutput(response.outputStream(), from.within, nanos),
                    StandardCharsets.UTF_8);
            body.write(out);
            // Only then: an answer that is cut off must not look like a whole one.
            out.close();
        } catch (IOException | UncheckedIOException e) {
            throw new CloseConnectionException("the reader has gone, or is too slow", e);
        } finally {
            from.free.release();
        }
    }

    static void refuse(ServerResponse response, Status status, String reason) {
        Responses.json(response, status, JsonObject.builder().set("error", reason).build());
    }
}
