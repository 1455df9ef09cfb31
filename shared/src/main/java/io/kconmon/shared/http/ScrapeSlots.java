package io.kconmon.shared.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how many pages of one kind are made and read at the same time: each is held in memory until its client has read
 * it. A request that finds all slots taken waits a little, and then shares the last page if that is young. If it is not,
 * the client that has not read for longest is cut off.
 */
public final class ScrapeSlots {

    /** Makes the page once there is a slot for it, since making it costs the most. */
    public interface Body {
        byte[] make() throws IOException;
    }

    /**
     * A weak reference, because the page may be large; while all slots are taken, the connections that send it hold it.
     */
    private record LastPage(String variant, WeakReference<byte[]> body, long madeAt) {
    }

    private static final Duration WAIT = Duration.ofMillis(500);
    private static final Duration SHARED = Duration.ofSeconds(5);
    private static final Duration GIVE_UP = Duration.ofSeconds(5);

    private final int most;
    private final Duration wait;
    private final Duration shared;
    private final Duration giveUp;
    private final Semaphore slots;
    private volatile LastPage last = new LastPage("", new WeakReference<>(null), 0);

    public ScrapeSlots(int most) {
        this(most, WAIT, SHARED, GIVE_UP);
    }

    /**
     * With other times.
     *
     * @param wait
     *            for a slot, before the last page is shared
     * @param shared
     *            the age up to which it is
     * @param giveUp
     *            when a request is refused
     */
    ScrapeSlots(int most, Duration wait, Duration shared, Duration giveUp) {
        this.most = most;
        this.wait = wait;
        this.shared = shared;
        this.giveUp = giveUp;
        this.slots = new Semaphore(most);
    }

    /**
     * Sends the page, or 503 if it cannot be made in time.
     *
     * @param variant
     *            tells apart pages that are not interchangeable, for example by their encoding
     */
    public void send(ServerRequest request, ServerResponse response, String variant, Body maker) throws IOException {
        long begin = System.nanoTime();
        while (!takeSlot()) {
            LastPage page = last;
            byte[] body = page.body.get();
            if (body != null && isYoung(page) && page.variant.equals(variant)) {
                Responses.send(response, body);
                return;
            }
            request.listenerContext().context().get(ConnectionGuard.class).ifPresent(ConnectionGuard::closeStuck);
            if (System.nanoTime() - begin >= giveUp.toNanos()) {
                response.headers().remove(HeaderNames.CONTENT_ENCODING);
                response.status(Status.SERVICE_UNAVAILABLE_503).header(HeaderNames.RETRY_AFTER, "1")
                        .header(HeaderNames.CONTENT_TYPE, "text/plain")
                        .send("%d such requests are being answered, which is as many as there may be\n"
                                .formatted(most));
                return;
            }
        }
        try {
            byte[] body = maker.make();
            LastPage older = last;
            if (older.body.get() == null || !isYoung(older)) { // so that few pages are shared at a time
                last = new LastPage(variant, new WeakReference<>(body), System.nanoTime());
            }
            Responses.send(response, body);
        } finally {
            slots.release();
        }
    }

    private boolean takeSlot() {
        try {
            return slots.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CloseConnectionException("the server stops", e);
        }
    }

    private boolean isYoung(LastPage page) {
        return System.nanoTime() - page.madeAt < shared.toNanos();
    }
}
