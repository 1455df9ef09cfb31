package io.kconmon.agent.probe;

import io.helidon.json.JsonObject;
import io.helidon.webserver.http.HttpRules;
import io.kconmon.shared.http.QuickAnswer;
import java.time.Duration;
import java.util.Optional;

/**
 * A protocol under test. The loops, the metrics page, the tests on demand and the demo work on a list of protocols and
 * name none.
 *
 * @param <R>
 *            what one run of its probe returns
 */
public sealed interface Protocol<R extends Result> extends AutoCloseable permits PeerProtocol, HostProtocol {

    /** Lower case letters: part of its series' names, of its settings' keys and of {@code /test/NAME}. */
    String name();

    /** From the start of one run to the start of the next, without the jitter. */
    Duration interval();

    /** Makes an empty series for one destination. */
    Series<R> series(String destination);

    /** Adds a result to the answer of a test on demand. Times are in milliseconds, in fields that end in Millis. */
    JsonObject.Builder describe(JsonObject.Builder json, R result);

    /** Adds what this protocol answers on the agent's HTTP port. */
    default void routing(HttpRules rules) {
        // most answer nothing there
    }

    /** An answer that is requested so often that it should be cheap; it is routed, too. One protocol has this. */
    default Optional<QuickAnswer> quickAnswer() {
        return Optional.empty();
    }

    /** Stops answering other agents. Probes are closed by their makers. */
    @Override
    default void close() {
        // most have nothing open
    }
}
