package io.kconmon.shared.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.Set;

/** What all requests go through before anyone answers them. */
final class RequestFilters {

    /** Helidon's own, which know HEAD. */
    private static final Set<String> HEALTH = Set.of("/health", "/health/live", "/health/ready", "/health/started");

    private RequestFilters() {
    }

    /**
     * Adds them.
     *
     * @param slow
     *            the beginnings of those paths whose answers may take long
     */
    static HttpRouting.Builder add(HttpRouting.Builder routing, List<String> slow, Connections connections) {
        return routing.addFilter(RequestFilters::closeWhereAsked).addFilter(RequestFilters::refuseBody)
                .addFilter(RequestFilters::refuseOtherMethods).addFilter(RequestFilters::refuseNoPath)
                .addFilter((chain, request, response) -> {
                    if (slow.stream().anyMatch(request.path().rawPath()::startsWith)) {
                        connections.bePatient();
                    }
                    chain.proceed();
                });
    }

    /**
     * {@code Connection: close}, which the TCP test sends, is answered with the same; Helidon does not close then, up to
     * 4.5.3 at least (helidon-io/helidon#12324), and would keep each tested connection until the tester goes.
     */
    private static void closeWhereAsked(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        chain.proceed();
        if (request.headers().containsToken(HeaderValues.CONNECTION_CLOSE)) {
            throw new CloseConnectionException("the client asked for it");
        }
    }

    /** One whose length is not told, which Helidon would wait for behind the answer; it refuses the others itself. */
    private static void refuseBody(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (!request.headers().contains(HeaderNames.TRANSFER_ENCODING)) {
            chain.proceed();
            return;
        }
        response.status(Status.REQUEST_ENTITY_TOO_LARGE_413).header(HeaderValues.CONNECTION_CLOSE)
                .send("a request may have no body\n");
        throw new CloseConnectionException("its body is not read");
    }

    /** Helidon would answer 404, as if there were nothing at that path, and to HEAD with a body. */
    private static void refuseOtherMethods(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        Method method = request.prologue().method();
        boolean head = method.equals(Method.HEAD);
        if (method.equals(Method.GET) || (head && HEALTH.contains(request.path().rawPath()))) {
            chain.proceed();
            return;
        }
        response.status(Status.METHOD_NOT_ALLOWED_405).header(HeaderNames.ALLOW, "GET");
        if (head) {
            response.send();
        } else {
            response.send("only GET is allowed\n");
        }
    }

    /** Of a target such as {@code http:=//a/}; Helidon would fail to route it. */
    private static void refuseNoPath(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (request.path().path() == null) {
            response.status(Status.BAD_REQUEST_400).send("the request has no path\n");
        } else {
            chain.proceed();
        }
    }
}
