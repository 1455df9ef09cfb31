package io.kconmon.controller.web;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The page at {@code /} and its files, and no other file. Whoever does not ask {@code /} for {@code text/html}, as curl
 * does not, is left to the next route.
 */
public final class Page implements HttpService {

    private static final List<String> FILES = List.of("page.css", "icon.svg", "page.js", "stream.js", "mesh.js",
            "cells.js", "describe.js", "matrix.js", "panels.js", "table.js", "pair.js", "lines.js", "words.js");

    private final PageFile index = PageFile.read("index.html");
    private final Map<String, PageFile> files = new LinkedHashMap<>();

    /** Reads the files. */
    public Page() {
        FILES.forEach(name -> files.put("/" + name, PageFile.read(name)));
    }

    @Override
    public void routing(HttpRules rules) {
        rules.get("/", this::index);
        files.forEach(rules::get);
    }

    private void index(ServerRequest request, ServerResponse response) throws IOException {
        response.header(HeaderNames.VARY, "Accept");
        if (wantsPage(request)) {
            index.handle(request, response);
        } else {
            response.next();
        }
    }

    /** Whether the one who asks is a browser: {@code Accept} names {@code text/html}. */
    public static boolean wantsPage(ServerRequest request) {
        return request.headers().all(HeaderNames.ACCEPT, List::of).stream().anyMatch(it -> it.contains("text/html"));
    }

    /**
     * The paths that hold no data of the mesh, and so need no token; {@code /} is the page for clients that
     * {@link #wantsPage} selects.
     */
    public Set<String> paths() {
        return new TreeSet<>(files.keySet());
    }

    /** All files together, in bytes. */
    int size() {
        return index.size() + files.values().stream().mapToInt(PageFile::size).sum();
    }
}
