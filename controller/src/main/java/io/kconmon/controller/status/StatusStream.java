package io.kconmon.controller.status;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * {@code GET /status/stream}: the whole status at first and when the roster has changed ({@code status}), then each
 * source's row as it comes ({@code report}) and the verdicts when they change ({@code verdicts}). One blocking thread a
 * reader; changes that come faster than a reader reads are merged.
 */
final class StatusStream implements Handler {

    private static final int MOST_READERS = 32;
    private static final Duration MERGE = Duration.ofMillis(200);
    private static final Duration LOOK = Duration.ofSeconds(1);
    /** All of it may be a megabyte. */
    private static final long WHOLE_NANOS = Duration.ofSeconds(2).toNanos();
    private static final String HEARTBEAT = ": well\n\n";
    /** Of a large mesh all is tens of megabytes: it is made and sent in pieces of so many characters. */
    private static final int PIECE = 8192;

    private final MeshStatus status;
    private final long heartbeatNanos;
    private final Semaphore readers = new Semaphore(MOST_READERS);

    StatusStream(MeshStatus status, Duration heartbeat) {
        this.status = status;
        this.heartbeatNanos = heartbeat.toNanos();
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        if (status.isClosed() || !readers.tryAcquire()) {
            StatusRoutes.refuse(response, Status.SERVICE_UNAVAILABLE_503, status.isClosed()
                    ? "the controller is stopping"
                    : "%d read the status already, which is as many as may".formatted(MOST_READERS));
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, "text/event-stream").header(HeaderNames.CACHE_CONTROL, "no-store");
        try (OutputStream out = response.outputStream()) {
            new Reader(out).read();
        } catch (IOException | UncheckedIOException e) {
            // the reader has gone, as readers do
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            readers.release();
        }
    }

    /** An event's data, written as it is made. */
    private interface Data {
        void write(Writer out) throws IOException;
    }

    /** Who reads. */
    final class Reader {

        private final Writer out;
        private long seen;
        private List<List<String>> shape = List.of();
        private Map<String, Integer> places = Map.of();
        private long wholeAt;
        private long writtenAt;

        Reader(OutputStream out) {
            this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), PIECE);
        }

        void read() throws IOException, InterruptedException {
            seen = status.await(Long.MIN_VALUE, Duration.ZERO);
            whole(status.snapshot());
            while (!status.isClosed()) {
                long now = status.await(seen, LOOK);
                Snapshot snapshot = status.snapshot();
                if (!shape(snapshot).equals(shape) && System.nanoTime() - wholeAt >= WHOLE_NANOS) {
                    whole(snapshot);
                } else if (now != seen) {
                    changes(snapshot);
                }
                seen = now;
                if (System.nanoTime() - writtenAt >= heartbeatNanos) {
                    out.write(HEARTBEAT);
                    flush();
                }
                Thread.sleep(MERGE);
            }
        }

        private void changes(Snapshot snapshot) throws IOException {
            if (status.verdictChange() > seen) {
                event("verdicts", to -> to.append("{\"at\":").append(StatusJson.seconds(snapshot.at()))
                        .append(",\"verdicts\":").append(StatusJson.verdicts(snapshot.verdicts())).append('}'));
            }
            for (Snapshot.Newest newest : snapshot.newest()) {
                if (newest.change() > seen && places.containsKey(newest.text().source())) {
                    event("report", to -> to.write(StatusJson.row(newest, places)));
                }
            }
        }

        private void whole(Snapshot snapshot) throws IOException {
            event("status", to -> StatusJson.write(snapshot, to));
            shape = shape(snapshot);
            places = snapshot.places();
            wholeAt = System.nanoTime();
        }

        private static List<List<String>> shape(Snapshot snapshot) {
            return snapshot.nodes().stream().map(it -> List.of(it.name(), it.zone(), it.state())).toList();
        }

        private void event(String name, Data data) throws IOException {
            out.append("event: ").append(name).append("\ndata: ");
            data.write(out);
            out.write("\n\n");
            flush();
        }

        private void flush() throws IOException {
            out.flush();
            writtenAt = System.nanoTime();
        }
    }
}
