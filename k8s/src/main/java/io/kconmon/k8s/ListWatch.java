package io.kconmon.k8s;

import io.kconmon.shared.client.FailureText;
import io.kconmon.shared.log.Log;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a copy of the API server's objects: lists them page by page, then watches from there on, for ever. A watch that
 * ends is resumed at its resourceVersion. Only if the server no longer knows that version (410 Gone), all objects are
 * listed again.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes">Efficient
 *      detection of changes</a>
 */
final class ListWatch<J extends Wire.Item, S> implements Runnable {

    private static final Log LOG = Log.of("k8s");
    private static final String NOWHERE = "";

    private final Api api;
    private final Resource<J, S> resource;
    private final ResourceCache<S> cache;
    private final Timeouts timeouts;
    private final Backoff backoff;

    /** The place in the server's history that the table is at: a resource version, opaque. */
    private String resourceVersion = NOWHERE;

    ListWatch(Api api, Resource<J, S> resource, ResourceCache<S> cache, Timeouts timeouts) {
        this.api = api;
        this.resource = resource;
        this.cache = cache;
        this.timeouts = timeouts;
        this.backoff = new Backoff(timeouts.retry(), timeouts.retryAtMost());
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                if (once()) {
                    backoff.reset();
                } else {
                    backoff.pause();
                }
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /** @return whether it made progress; a watch that fails, or ends without an event, is not restarted at once */
    private boolean once() throws InterruptedException {
        String doing = "list";
        try {
            if (resourceVersion.equals(NOWHERE)) {
                resourceVersion = list();
            }
            doing = "watch";
            return watch();
        } catch (ApiException e) {
            if (e.gone() && doing.equals("watch")) {
                LOG.debug("the place to go on from is gone, listing anew: " + resource.name());
            } else {
                trouble(e, doing);
            }
            if (!e.passes()) {
                resourceVersion = NOWHERE;
            }
        } catch (IOException e) {
            trouble(e, doing);
        } catch (RuntimeException e) {
            LOG.bug("watching " + resource.name() + " failed", e);
            trouble(new IOException(FailureText.of(e), e), doing); // shows in the reason why there is no roster
            resourceVersion = NOWHERE;
        }
        return false;
    }

    private void trouble(IOException e, String doing) {
        if (!Thread.currentThread().isInterrupted()) {
            cache.trouble(ErrorText.of(e, doing + " " + resource.name(), resource.remedy(), api.base()));
        }
    }

    private String list() throws IOException, InterruptedException {
        var all = new HashMap<String, S>();
        String next = "";
        String version;
        do {
            try (var answer = api.get(resource.listPath(next), timeouts.answer(), timeouts.page())) {
                Wire.Page<J> page = Wire.page(answer.body(), resource.type());
                List<J> items = page.items() == null ? List.of() : page.items();
                items.forEach(item -> named(item, (name, row) -> all.put(name, row)));
                version = page.resourceVersion();
                next = page.next();
            }
        } while (!next.isEmpty());
        cache.replace(all);
        return version;
    }

    /**
     * Returns when the watch has ended, as every watch does after a while. No end of a watch is an error: a real
     * problem shows in the next try.
     */
    private boolean watch() throws IOException, InterruptedException {
        long begin = System.nanoTime();
        boolean heard = false;
        try (var answer = api.get(resource.watchPath(resourceVersion, timeouts.watch()), timeouts.answer(),
                timeouts.watch().plus(timeouts.grace()));
                var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            cache.well();
            for (String line = next(lines); line != null; line = next(lines)) {
                event(line);
                heard = true;
            }
        }
        return heard || System.nanoTime() - begin > timeouts.retryAtMost().toNanos();
    }

    private @Nullable String next(BufferedReader lines) {
        try {
            String line = lines.readLine();
            cache.heard();
            return line;
        } catch (IOException e) {
            return null;
        }
    }

    private void event(String line) throws IOException {
        Wire.Event<J> event = Wire.event(line, resource.type());
        if (event.type().equals(Wire.ERROR)) {
            resourceVersion = NOWHERE;
            Wire.Status status = event.error().orElseThrow();
            throw new ApiException(status.code(), String.valueOf(status.message()));
        }
        J item = event.object().orElseThrow();
        switch (event.type()) {
            case "ADDED", "MODIFIED" -> named(item, cache::put);
            case "DELETED" -> named(item, (name, row) -> cache.remove(name));
            default -> {
                // a BOOKMARK: nothing has changed, but the place
            }
        }
        Wire.Meta meta = item.metadata();
        if (meta != null && meta.resourceVersion() != null) {
            resourceVersion = meta.resourceVersion();
        }
    }

    private void named(J item, BiConsumer<String, S> use) {
        Wire.Meta meta = item.metadata();
        if (meta != null && meta.name() != null) {
            use.accept(meta.name(), resource.reduce().apply(item));
        }
    }
}
