package io.kconmon.controller.verdict;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A fault, and the nodes or zones that it concerns.
 *
 * @param direction
 *            for a node: the losses are on the way to it, from it, or both; for two: from the source to the destination
 *            ({@code TO}), or both ways
 * @param loss
 *            the share of lost packets in this direction, or of failed requests if only TCP fails; 0 to 1
 * @param causes
 *            the numbers of failed TCP tests since the fault began, by cause as in docs/metrics.md
 * @param confidence
 *            the probability of this against all other explanations; 0 to 1
 * @param since
 *            the estimated beginning of the fault, in seconds since 1970-01-01
 * @param words
 *            the same in a sentence
 * @param slow
 *            of a verdict on slow paths, which lose nothing; its cause is {@link #SLOW}
 */
public record Verdict(Kind kind, Subject subject, Direction direction, Protocol protocol, double loss,
        Map<String, Integer> causes, double confidence, double since, String words, Optional<Slow> slow) {

    /** The cause of a verdict on slowness. Its count is the number of slow paths. */
    public static final String SLOW = "slow";

    /** The present round trip and the usual one, in microseconds. */
    public record Slow(long rttMicros, long usualRttMicros) {
    }

    /** What kind of thing is at fault. */
    public enum Kind {
        NODE, ZONES, PAIR, FLOW, AGENT, MESH;

        public String label() {
            return lower(this);
        }
    }

    /** Which way packets are lost. */
    public enum Direction {
        TO, FROM, BOTH;

        public String label() {
            return lower(this);
        }
    }

    /** Which tests show it. */
    public enum Protocol {
        UDP, TCP, BOTH;

        public String label() {
            return lower(this);
        }
    }

    public Verdict {
        causes = Map.copyOf(causes);
    }

    /** A verdict on losses. */
    public Verdict(Kind kind, Subject subject, Direction direction, Protocol protocol, double loss,
            Map<String, Integer> causes, double confidence, double since, String words) {
        this(kind, subject, direction, protocol, loss, causes, confidence, since, words, Optional.empty());
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
