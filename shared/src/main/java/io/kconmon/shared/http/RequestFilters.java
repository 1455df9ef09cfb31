package io.kconmon.shared.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.function.Consumer;

/** What all requests go through before a route answers them. */
record RequestFilters(List<String> slow, ConnectionGuard guard, HttpDate date) {

    /** Adds them around the routes, which may have filters of their own. */
    void around(HttpRouting.Builder routing, Consumer<HttpRouting.Builder> routes) {
        routes.accept(routing.addFilter(this::first));
        routing.addFilter(RequestFilters::answerHeadAsGet);
    }

    @SuppressWarnings("ThreadPriorityCheck") // a virtual thread gives its carrier to the next one
    private void first(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        OpenConnection connection = guard.begin(slow.stream().anyMatch(request.path().rawPath()::startsWith));
        try {
            response.header(date.header());
            if (!isRefused(request, response)) {
                chain.proceed();
            }
        } finally {
            guard.end(connection);
        }
        // Helidon does not close, up to 4.5.3 at least (helidon-io/helidon#12324): it would keep each tested connection.
        if (request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            throw new CloseConnectionException("the client asked for it");
        }
        // A client that sends a thousand requests at once takes turns with everybody else.
        Thread.yield();
    }

    private static boolean isRefused(RoutingRequest request, RoutingResponse response) {
        Method method = request.prologue().method();
        if (request.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
            // Helidon would wait for a body of unknown length behind the answer; the others it refuses itself.
            response.status(Status.REQUEST_ENTITY_TOO_LARGE_413).header(HeaderValues.CONNECTION_CLOSE)
                    .send("a request may have no body\n");
            throw new CloseConnectionException("its body is not read");
        }
        if (!method.equals(Method.GET) && !method.equals(Method.HEAD)) {
            // Helidon would answer 404, as if there were nothing at that path.
            response.status(Status.METHOD_NOT_ALLOWED_405).header(HeaderNames.ALLOW, "GET, HEAD")
                    .send("only GET and HEAD are allowed\n");
            return true;
        }
        if (request.path().path() == null) {
            // A target such as http:=//a/, which Helidon would fail to route.
            response.status(Status.BAD_REQUEST_400).send("the request has no path\n");
            return true;
        }
        return false;
    }

    /** The routes know GET alone; {@link ResponseAdapter} leaves the body out. */
    private static void answerHeadAsGet(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        HttpPrologue it = request.prologue();
        if (it.method().equals(Method.HEAD)) {
            request.prologue(HttpPrologue.create(it.rawProtocol(), it.protocol(), it.protocolVersion(), Method.GET,
                    it.uriPath(), it.query(), it.fragment()));
        }
        chain.proceed();
    }
}
