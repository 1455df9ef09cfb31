package io.kconmon.agent.report;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.kconmon.agent.mesh.LoopMonitor;
import io.kconmon.agent.mesh.Mesh;
import io.kconmon.agent.mesh.Mesh.State;
import io.kconmon.agent.probe.ReportIntervals;
import io.kconmon.agent.roster.RosterState;
import io.kconmon.shared.http.ScrapeSlots;
import io.kconmon.shared.roster.Roster;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * {@code GET /report}: the measurements of the last closed interval, as {@link ReportText} writes them; with
 * {@code ?roster=REVISION} without the names, if that is this agent's roster. Its entity tag is the interval's number
 * and the agent's state, so a client that has both already gets a 304. {@code Kconmon-Next} is the time until the next
 * report in milliseconds.
 */
public final class ReportHandler implements Handler {

    static final HeaderName NEXT = HeaderNames.create("Kconmon-Next");

    /** Each holds a body, which may be some 50 kB. */
    private static final int AT_ONCE = 4;

    private final RosterState rosterState;
    private final Mesh mesh;
    private final LoopMonitor monitor;
    private final BooleanSupplier stopping;
    private final ScrapeSlots slots = new ScrapeSlots(AT_ONCE);
    /** A restarted agent begins its numbers again. */
    private final String start = Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), Character.MAX_RADIX);

    /** @param stopping whether this agent is shutting down */
    public ReportHandler(RosterState rosterState, Mesh mesh, LoopMonitor monitor, BooleanSupplier stopping) {
        this.rosterState = rosterState;
        this.mesh = mesh;
        this.monitor = monitor;
        this.stopping = stopping;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws IOException {
        ReportIntervals intervals = mesh.intervals();
        long interval;
        long sinceMillis;
        do { // both are of one interval
            interval = intervals.running() - 1;
            sinceMillis = intervals.sinceLast().toMillis();
        } while (interval != intervals.running() - 1);
        response.header(NEXT, String.valueOf(intervals.length().toMillis() - sinceMillis));
        if (interval < 0 || !rosterState.isSettled()) {
            response.status(Status.SERVICE_UNAVAILABLE_503).header(HeaderNames.CONTENT_TYPE, "text/plain")
                    .send("nothing has been measured yet\n");
            return;
        }
        String state = ReportText.word(stopping.getAsBoolean() ? State.DRAINING : State.ACTIVE);
        String tag = "\"%s-%d-%s\"".formatted(start, interval, state);
        response.header(HeaderNames.ETAG, tag).header(HeaderNames.CACHE_CONTROL, "no-cache");
        if (request.headers().first(HeaderNames.IF_NONE_MATCH).filter(tag::equals).isPresent()) {
            response.status(Status.NOT_MODIFIED_304).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        String known = request.query().first("roster").orElse("");
        long closed = interval;
        long age = sinceMillis;
        slots.send(request, response, tag + known,
                () -> text(closed, age, state, known).getBytes(StandardCharsets.UTF_8));
    }

    private String text(long interval, long ageMillis, String state, String known) {
        Roster roster = rosterState.roster();
        var text = new ReportText().field("source", rosterState.identity().node())
                .field("interval", mesh.intervals().length().toMillis()).field("age", ageMillis)
                .field("state", state)
                .field("lag", monitor.lag(interval)).field("protocols", String.join(" ", mesh.peerProtocols()));
        return known.equals(roster.revision())
                ? text.placed(mesh.measured(interval), roster)
                : text.named(mesh.measured(interval));
    }
}
