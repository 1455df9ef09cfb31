package io.kconmon.k8s;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** An API server that records its requests. It answers all of them alike. */
final class RecordingApi implements AutoCloseable {

    /** The parts of a request. */
    record Seen(String uri, Headers headers, String certificate) {

        @Nullable
        String header(String name) {
            return headers.getFirst(name);
        }
    }

    private final HttpServer server;
    private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    volatile int status = 200;
    volatile Function<Seen, String> body = it -> "{}";

    RecordingApi() throws IOException {
        this(HttpServer.create());
    }

    /** Over TLS; a client may show a certificate. */
    RecordingApi(SSLContext context) throws IOException {
        this(withTls(context));
    }

    private RecordingApi(HttpServer server) throws IOException {
        this.server = server;
        server.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 50);
        server.createContext("/", this::answer);
        server.start();
    }

    private static HttpsServer withTls(SSLContext context) throws IOException {
        HttpsServer https = HttpsServer.create();
        https.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters tls = context.getDefaultSSLParameters();
                tls.setWantClientAuth(true);
                parameters.setSSLParameters(tls);
            }
        });
        return https;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var request = new Seen(exchange.getRequestURI().toString(), exchange.getRequestHeaders(),
                    certificate(exchange));
            byte[] bytes = body.apply(request).getBytes(StandardCharsets.UTF_8);
            seen.add(request);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String certificate(HttpExchange exchange) {
        try {
            return exchange instanceof HttpsExchange https
                    ? https.getSSLSession().getPeerPrincipal().getName()
                    : "";
        } catch (SSLPeerUnverifiedException e) {
            return "";
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    Seen next() throws InterruptedException {
        Seen next = seen.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no request came");
        }
        return next;
    }

    boolean wasAsked() {
        return !seen.isEmpty();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
