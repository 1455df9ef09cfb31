package io.kconmon.k8s;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** An API server: GET and POST, blocking, with a deadline for everything. */
final class Api implements AutoCloseable {

    private static final int MAX_STATUS_BYTES = 64 * 1024;
    private static final Pattern SCHEME = Pattern.compile("https?", Pattern.CASE_INSENSITIVE);

    private final HttpClient http;
    private final String base;

    /** @throws IllegalArgumentException in one line, if the server's URL is none that can be asked */
    Api(Config config) {
        this.base = base(config.getMasterUrl());
        // On one HTTP/2 connection a dead watch would take all later requests along, until TCP gives up.
        config.setHttp2Disable(true);
        // Who is in trouble must say so, and not try ten times first.
        config.setRequestRetryBackoffLimit(0);
        this.http = new JdkHttpClientFactory().newBuilder(config).build();
    }

    /** Told here and now: a request would fail each time anew, for ever. */
    private static String base(String server) {
        try {
            var uri = new URI(server);
            if (SCHEME.matcher(String.valueOf(uri.getScheme())).matches() && uri.getHost() != null
                    && uri.getRawQuery() == null && uri.getRawFragment() == null
                    && (uri.getPort() == -1 || (uri.getPort() >= 1 && uri.getPort() <= 65535))) {
                return server.replaceAll("/+$", "");
            }
        } catch (URISyntaxException e) {
            // as refused as one without a host
        }
        throw new IllegalArgumentException(
                "the server \"%s\" is not http://host or http://host:port, or https".formatted(server));
    }

    String base() {
        return base;
    }

    /** An answer that is closed, if it has not ended before, when its time is up; who reads it then gets an exception. */
    static final class Answer implements AutoCloseable {
        private final InputStream body;
        private final boolean zipped;
        private final Thread watchdog;

        private Answer(InputStream body, boolean zipped, Duration left) {
            this.body = body;
            this.zipped = zipped;
            this.watchdog = Thread.ofVirtual().name("deadline").start(() -> {
                try {
                    Thread.sleep(left);
                    closeQuietly(body);
                } catch (InterruptedException e) {
                    // it ended in time
                }
            });
        }

        InputStream body() throws IOException {
            return zipped ? new GZIPInputStream(body) : body;
        }

        @Override
        public void close() {
            watchdog.interrupt();
            closeQuietly(body);
        }
    }

    /**
     * @param path
     *            with its query, without a leading slash
     * @param within
     *            until the answer begins
     * @param whole
     *            until it ends
     * @throws Refused
     *             if the answer is not 200
     * @throws IOException
     *             if there is none
     */
    Answer get(String path, Duration within, Duration whole) throws IOException, InterruptedException {
        HttpRequest request = http.newHttpRequestBuilder().uri(URI.create(base + "/" + path))
                .header("Accept", "application/json").header("Accept-Encoding", "gzip")
                .timeout(whole.toMillis(), TimeUnit.MILLISECONDS).build();
        long begin = System.nanoTime();
        HttpResponse<InputStream> response = await(send(request), within);
        boolean zipped = "gzip".equals(response.header("Content-Encoding"));
        var answer = new Answer(response.body(), zipped, whole.minusNanos(System.nanoTime() - begin));
        if (response.code() != 200) {
            try (answer) {
                throw new ApiException(response.code(), message(response, answer));
            }
        }
        return answer;
    }

    /**
     * Creates an object.
     *
     * @param path
     *            of its collection, without a leading slash
     * @throws Refused
     *             if it is not created
     * @throws IOException
     *             if there is no answer
     */
    void post(String path, byte[] json, Duration within) throws IOException, InterruptedException {
        HttpRequest request = http.newHttpRequestBuilder().uri(URI.create(base + "/" + path))
                .header("Accept", "application/json").post("application/json", json)
                .timeout(within.toMillis(), TimeUnit.MILLISECONDS).build();
        HttpResponse<InputStream> response = await(send(request), within);
        try (var answer = new Answer(response.body(), false, within)) {
            if (response.code() != 200 && response.code() != 201) {
                throw new ApiException(response.code(), message(response, answer));
            }
        }
    }

    private CompletableFuture<HttpResponse<InputStream>> send(HttpRequest request) throws IOException {
        try {
            return http.sendAsync(request, InputStream.class);
        } catch (IllegalArgumentException e) {
            // Its message would show the token.
            throw new IOException("no request can be made with these credentials: is the token one line of ASCII?");
        }
    }

    private static HttpResponse<InputStream> await(CompletableFuture<HttpResponse<InputStream>> response,
            Duration within) throws IOException, InterruptedException {
        try {
            return response.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new InterruptedIOException("no answer within %d ms".formatted(within.toMillis()));
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            throw cause instanceof IOException io ? io : new IOException(ErrorText.of(cause == null ? e : cause), e);
        } catch (CancellationException | KubernetesClientException e) {
            throw new IOException(ErrorText.of(e), e);
        } finally {
            response.cancel(true); // an answer that nobody waits for any more is closed
        }
    }

    private static String message(HttpResponse<InputStream> response, Answer answer) {
        try {
            String text = new String(answer.body().readNBytes(MAX_STATUS_BYTES), StandardCharsets.UTF_8);
            String message = Wire.status(text).message();
            return message == null ? response.message() : message;
        } catch (IOException e) {
            return response.message(); // a proxy's page, most likely; the code says enough
        }
    }

    private static void closeQuietly(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // it is of no use any more
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
