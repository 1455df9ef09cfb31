package io.kconmon.controller;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * What readers stay for: no one address may have it all. An agent reads once, so that a few at a time are enough for an
 * address; more are refused, but only once many read, for agents behind one proxy have its address. Loopback has no
 * bound: all agents of a demo have it, and nobody from elsewhere.
 */
final class PerClientLimit implements Handler {

    static final int EACH = 16;

    private final int many;
    private final Predicate<InetAddress> unbounded;
    private final Handler handler;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<InetAddress, Integer> reading = new HashMap<>();
    private int all;

    /**
     * Bounds the requests that are answered at once.
     *
     * @param many
     *            up to so many in all, an address may have any number of them
     */
    PerClientLimit(int many, Handler handler) {
        this(many, handler, InetAddress::isLoopbackAddress);
    }

    /** With other addresses that have no bound. */
    PerClientLimit(int many, Handler handler, Predicate<InetAddress> unbounded) {
        this.many = many;
        this.unbounded = unbounded;
        this.handler = handler;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws Exception {
        if (!(request.remotePeer().address() instanceof InetSocketAddress peer)) {
            throw new CloseConnectionException("it has gone again");
        }
        InetAddress address = peer.getAddress();
        if (!enter(address)) {
            response.header(HeaderNames.RETRY_AFTER, "5");
            RosterRoutes.error(response, Status.SERVICE_UNAVAILABLE_503,
                    "%s has %d such requests under way, which is as many as one address may have while others want to"
                            .formatted(address.getHostAddress(), EACH) + " read too");
            return;
        }
        try {
            handler.handle(request, response);
        } finally {
            leave(address);
        }
    }

    private boolean enter(InetAddress address) {
        lock.lock();
        try {
            int own = reading.getOrDefault(address, 0);
            if (own >= EACH && all >= many && !unbounded.test(address)) {
                return false;
            }
            reading.put(address, own + 1);
            all++;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void leave(InetAddress address) {
        lock.lock();
        try {
            reading.computeIfPresent(address, (it, own) -> own > 1 ? own - 1 : null);
            all--;
        } finally {
            lock.unlock();
        }
    }
}
