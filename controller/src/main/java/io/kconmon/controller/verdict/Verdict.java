package io.kconmon.controller.verdict;

import java.util.Locale;
import java.util.Map;

/**
 * A fault, and whose it is.
 *
 * @param direction
 *            of a node: what is lost on its way to it, from it, or both; of two: from the source to the destination
 *            ({@code TO}), or both ways
 * @param loss
 *            of the packets that went this way, or of the requests if only TCP fails; 0 to 1
 * @param causes
 *            how many TCP tests failed, by cause as in docs/metrics.md, since the fault began
 * @param confidence
 *            how likely this is against all other explanations; 0 to 1
 * @param since
 *            when the fault began, as far as that can be told; in seconds since 1970-01-01
 * @param words
 *            the same in a sentence
 */
public record Verdict(Kind kind, Subject subject, Direction direction, Protocol protocol, double loss,
        Map<String, Integer> causes, double confidence, double since, String words) {

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

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
