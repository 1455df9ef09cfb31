package io.kconmon.controller.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webclient.api.ClientResponseTyped;
import io.helidon.webclient.http1.Http1ClientResponse;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.testing.junit5.DirectClient;
import io.helidon.webserver.testing.junit5.RoutingTest;
import io.helidon.webserver.testing.junit5.SetUpRoute;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's files as Helidon's routing serves them. */
@RoutingTest
@Tag("routing")
final class PageTest {

    private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";
    private static final int MOST_BYTES = 120_000;
    private static final Page PAGE = new Page();

    private final DirectClient client;

    PageTest(DirectClient client) {
        this.client = client;
    }

    @SetUpRoute
    static void routes(HttpRouting.Builder routes) {
        routes.register(PAGE).get("/", (request, response) -> response.send("the text\n"));
    }

    private ClientResponseTyped<String> get(String path) {
        return client.get(path).request(String.class);
    }

    private ClientResponseTyped<String> get(String path, HeaderName name, String value) {
        return client.get(path).header(name, value).request(String.class);
    }

    private static Optional<String> header(ClientResponseTyped<?> response, HeaderName name) {
        return response.headers().first(name);
    }

    @Test
    void aBrowserGetsThePage() {
        ClientResponseTyped<String> response = get("/", HeaderNames.ACCEPT, BROWSER);
        assertEquals(200, response.status().code());
        assertEquals(Optional.of("text/html; charset=utf-8"), header(response, HeaderNames.CONTENT_TYPE));
        assertEquals(Optional.of("Accept"), header(response, HeaderNames.VARY));
        assertTrue(response.entity().startsWith("<!DOCTYPE html>"), response.entity());
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/plain", "application/json"})
    void aRequestForAnotherTypeGoesToTheNextRoute(String accept) {
        ClientResponseTyped<String> response = get("/", HeaderNames.ACCEPT, accept);
        assertEquals("the text\n", response.entity());
        assertEquals(Optional.of("Accept"), header(response, HeaderNames.VARY));
    }

    @ParameterizedTest
    @CsvSource({"/page.css, text/css; charset=utf-8", "/page.js, text/javascript; charset=utf-8",
            "/icon.svg, image/svg+xml"})
    void aFileHasItsType(String path, String type) {
        ClientResponseTyped<String> response = get(path);
        assertEquals(200, response.status().code());
        assertEquals(Optional.of(type), header(response, HeaderNames.CONTENT_TYPE));
    }

    @Test
    void everyFileComesWithTheStrictPolicy() {
        var paths = new TreeSet<>(PAGE.paths());
        paths.add("/");
        for (String path : paths) {
            ClientResponseTyped<String> response = get(path, HeaderNames.ACCEPT, BROWSER);
            assertEquals(200, response.status().code(), path);
            assertEquals(Optional.of("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                    + "img-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
                    + "require-trusted-types-for 'script'; trusted-types 'none'"),
                    header(response, HeaderNames.create("Content-Security-Policy")), path);
            assertEquals(Optional.of("nosniff"), header(response, HeaderNames.create("X-Content-Type-Options")), path);
            assertEquals(Optional.of("no-referrer"), header(response, HeaderNames.create("Referrer-Policy")), path);
            assertEquals(Optional.of("no-cache"), header(response, HeaderNames.CACHE_CONTROL), path);
        }
    }

    @Test
    void anUnchangedFileIsNotSentAgain() {
        String tag = header(get("/page.js"), HeaderNames.ETAG).orElseThrow();
        try (Http1ClientResponse again = client.get("/page.js").header(HeaderNames.IF_NONE_MATCH, tag).request()) {
            assertEquals(304, again.status().code());
            assertFalse(again.entity().hasEntity());
            assertEquals(Optional.of(tag), again.headers().first(HeaderNames.ETAG));
        }
        ClientResponseTyped<String> other = get("/page.css", HeaderNames.IF_NONE_MATCH, tag);
        assertEquals(200, other.status().code());
        assertFalse(other.entity().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/index.html", "/Page.class", "/PageFile.class", "/../Page.class", "/web/page.js",
            "/%2e%2e/page.js", "/page.js/", "/page.js.map", "/io/kconmon/controller/web/page.js"})
    void noOtherFileIsServed(String path) {
        assertEquals(404, get(path).status().code());
    }

    @Test
    void theWholePageIsSmall() {
        assertTrue(PAGE.size() <= MOST_BYTES, PAGE.size() + " bytes");
    }

    @Test
    void everyFileThatIsImportedIsServed() {
        Pattern imported = Pattern.compile("from '\\./([^']+)'");
        for (String path : PAGE.paths()) {
            imported.matcher(get(path).entity()).results().forEach(
                    found -> assertTrue(PAGE.paths().contains("/" + found.group(1)),
                            path + " imports " + found.group(1)));
        }
    }

    @Test
    void noTextBecomesMarkup() {
        for (String path : PAGE.paths()) {
            String body = get(path).entity();
            for (String risky : List.of("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(",
                    "new Function")) {
                assertFalse(body.contains(risky), path + " has " + risky);
            }
        }
    }
}
