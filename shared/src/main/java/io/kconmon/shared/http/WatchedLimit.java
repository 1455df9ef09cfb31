package io.kconmon.shared.http;

import io.helidon.common.concurrency.limits.Limit;
import java.util.Optional;

/**
 * Tells when the answer to a request begins, that is, when the request is complete, and when it ends: Helidon asks for a
 * permit then, and gives it back.
 */
final class WatchedLimit implements Limit {

    private final Limit limit;
    private final Runnable begins;
    private final Runnable ends;

    WatchedLimit(Limit limit, Runnable begins, Runnable ends) {
        this.limit = limit;
        this.begins = begins;
        this.ends = ends;
    }

    @Override
    public Outcome tryAcquireOutcome(boolean wait) {
        Outcome outcome = limit.tryAcquireOutcome(wait);
        return outcome instanceof Outcome.Accepted accepted
                ? Outcome.immediateAcceptance(outcome.originName(), outcome.algorithmType(), watched(accepted.token()))
                : outcome;
    }

    @Override
    public Outcome tryAcquireOutcome() {
        return tryAcquireOutcome(true);
    }

    @Override
    @SuppressWarnings("removal") // must be there; the others are asked
    public Optional<Token> tryAcquire() {
        return tryAcquire(true);
    }

    @Override
    @SuppressWarnings("removal")
    public Optional<Token> tryAcquire(boolean wait) {
        return limit.tryAcquire(wait).map(this::watched);
    }

    private Token watched(Token token) {
        begins.run();
        return new Token() {
            @Override
            public void dropped() {
                token.dropped();
                ends.run();
            }

            @Override
            public void ignore() {
                token.ignore();
                ends.run();
            }

            @Override
            public void success() {
                token.success();
                ends.run();
            }
        };
    }

    @Override
    public Limit copy() {
        return new WatchedLimit(limit.copy(), begins, ends);
    }

    @Override
    public String name() {
        return limit.name();
    }

    @Override
    public String type() {
        return limit.type();
    }
}
