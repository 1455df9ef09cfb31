package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

/** An API server on loopback whose every answer is given by hand. Single quotes stand for double ones in all JSON. */
final class FakeApi implements AutoCloseable {

    private final BlockingQueue<Request> nodes = new LinkedBlockingQueue<>();
    private final BlockingQueue<Request> pods = new LinkedBlockingQueue<>();
    private final BlockingQueue<Request> events = new LinkedBlockingQueue<>();
    private HttpServer server;
    private final int port;

    FakeApi() throws IOException {
        server = listen(0);
        port = server.getAddress().getPort();
    }

    private HttpServer listen(int port) throws IOException {
        var http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
        http.createContext("/api/v1/nodes", exchange -> nodes.add(new Request(exchange)));
        http.createContext("/api/v1/namespaces/monitoring/pods", exchange -> pods.add(new Request(exchange)));
        http.createContext("/api/v1/namespaces/default/events", exchange -> events.add(new Request(exchange)));
        http.start();
        return http;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** All connections are cut, new ones refused. */
    void goAway() {
        server.stop(0);
        nodes.clear();
        pods.clear();
    }

    void comeBack() throws IOException {
        server = listen(port);
    }

    Request nodes() throws InterruptedException {
        return next(nodes);
    }

    Request pods() throws InterruptedException {
        return next(pods);
    }

    Request events() throws InterruptedException {
        return next(events);
    }

    private static Request next(BlockingQueue<Request> requests) throws InterruptedException {
        Request request = requests.poll(10, TimeUnit.SECONDS);
        return request == null ? fail("no request came") : request;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    /** One request, with nothing answered yet. */
    record Request(HttpExchange exchange) {

        String body() throws IOException {
            return new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        }

        Map<String, String> query() {
            var query = new TreeMap<String, String>();
            for (String pair : exchange.getRequestURI().getRawQuery().split("&", -1)) {
                String[] parts = pair.split("=", 2);
                query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
            return query;
        }

        void list(String version, String next, String... items) {
            assertEquals("500", query().get("limit"));
            answer(200,
                    "{'kind':'List','metadata':{'resourceVersion':'%s','continue':'%s','remainingItemCount':7},'items':[%s]}"
                            .formatted(version, next, String.join(",", items)));
        }

        Request watch(String version) {
            assertEquals("true", query().get("watch"));
            assertEquals("true", query().get("allowWatchBookmarks"));
            assertEquals(version, query().get("resourceVersion"));
            try {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().flush();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Request event(String type, String object) {
            try {
                exchange.getResponseBody().write(bytes("{'type':'%s','object':%s}\n".formatted(type, object)));
                exchange.getResponseBody().flush();
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void refuse(int code, String message) {
            answer(code, "{'kind':'Status','status':'Failure','message':'%s','code':%d}".formatted(message, code));
        }

        void answer(int code, String body) {
            answer(code, bytes(body));
        }

        /** As an API server does with large lists, if it may. */
        void zipped(String body) {
            assertEquals("gzip", exchange.getRequestHeaders().getFirst("Accept-Encoding"));
            var bytes = new ByteArrayOutputStream();
            try (var zip = new GZIPOutputStream(bytes)) {
                zip.write(bytes(body));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            answer(200, bytes.toByteArray());
        }

        private void answer(int code, byte[] body) {
            try (var out = exchange.getResponseBody()) {
                exchange.sendResponseHeaders(code, body.length);
                out.write(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The beginning of an answer, and no end. */
        void half(String body) {
            try {
                exchange.sendResponseHeaders(200, 0);
                exchange.getResponseBody().write(bytes(body));
                exchange.getResponseBody().flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** An end as it should be. */
        void end() {
            try {
                exchange.getResponseBody().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** An end in the middle. */
        void cut() {
            exchange.close();
        }

        private static byte[] bytes(String text) {
            return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        }
    }
}
