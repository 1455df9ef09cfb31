package io.kconmon.controller.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.http.HttpServer;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's files over real HTTP. */
@Timeout(60)
final class PageTest {

    private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";
    private static final int MOST_BYTES = 120_000;

    private final Page page = new Page();
    private final HttpServer server = HttpServer.start(InetAddress.getLoopbackAddress(), 0, List.of(),
            routes -> routes.register(page).get("/", (request, response) -> response.send("the text\n")));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        URI uri = URI.create("http://127.0.0.1:%d%s".formatted(server.port(), path));
        var request = HttpRequest.newBuilder(uri);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static Optional<String> header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name);
    }

    @Test
    void aBrowserGetsThePage() throws Exception {
        HttpResponse<String> response = get("/", "Accept", BROWSER);
        assertEquals(200, response.statusCode());
        assertEquals(Optional.of("text/html; charset=utf-8"), header(response, "Content-Type"));
        assertEquals(Optional.of("Accept"), header(response, "Vary"));
        assertTrue(response.body().startsWith("<!DOCTYPE html>"), response.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/plain", "application/json"})
    void aRequestForAnotherTypeGoesToTheNextRoute(String accept) throws Exception {
        HttpResponse<String> response = get("/", "Accept", accept);
        assertEquals("the text\n", response.body());
        assertEquals(Optional.of("Accept"), header(response, "Vary"));
    }

    @ParameterizedTest
    @CsvSource({"/page.css, text/css; charset=utf-8", "/page.js, text/javascript; charset=utf-8",
            "/icon.svg, image/svg+xml"})
    void aFileHasItsType(String path, String type) throws Exception {
        HttpResponse<String> response = get(path);
        assertEquals(200, response.statusCode());
        assertEquals(Optional.of(type), header(response, "Content-Type"));
    }

    @Test
    void everyFileComesWithTheStrictPolicy() throws Exception {
        var paths = new TreeSet<>(page.paths());
        paths.add("/");
        for (String path : paths) {
            HttpResponse<String> response = get(path, "Accept", BROWSER);
            assertEquals(200, response.statusCode(), path);
            assertEquals(Optional.of("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                    + "img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
                    + "require-trusted-types-for 'script'; trusted-types 'none'"),
                    header(response, "Content-Security-Policy"), path);
            assertEquals(Optional.of("nosniff"), header(response, "X-Content-Type-Options"), path);
            assertEquals(Optional.of("no-referrer"), header(response, "Referrer-Policy"), path);
            assertEquals(Optional.of("no-cache"), header(response, "Cache-Control"), path);
        }
    }

    @Test
    void anUnchangedFileIsNotSentAgain() throws Exception {
        String tag = header(get("/page.js"), "ETag").orElseThrow();
        HttpResponse<String> again = get("/page.js", "If-None-Match", tag);
        assertEquals(304, again.statusCode());
        assertEquals("", again.body());
        assertEquals(Optional.of(tag), header(again, "ETag"));
        HttpResponse<String> other = get("/page.css", "If-None-Match", tag);
        assertEquals(200, other.statusCode());
        assertFalse(other.body().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/index.html", "/Page.class", "/PageFile.class", "/../Page.class", "/web/page.js",
            "/%2e%2e/page.js", "/page.js/", "/page.js.map", "/io/kconmon/controller/web/page.js"})
    void noOtherFileIsServed(String path) throws Exception {
        assertEquals(404, get(path).statusCode());
    }

    @Test
    void theWholePageIsSmall() {
        assertTrue(page.size() <= MOST_BYTES, page.size() + " bytes");
    }

    @Test
    void everyFileThatIsImportedIsServed() throws Exception {
        Pattern imported = Pattern.compile("from '\\./([^']+)'");
        for (String path : page.paths()) {
            imported.matcher(get(path).body()).results().forEach(
                    found -> assertTrue(page.paths().contains("/" + found.group(1)),
                            path + " imports " + found.group(1)));
        }
    }

    @Test
    void noTextBecomesMarkup() throws Exception {
        for (String path : page.paths()) {
            String body = get(path).body();
            for (String risky : List.of("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
                    "new Function")) {
                assertFalse(body.contains(risky), path + " has " + risky);
            }
        }
    }
}
