package io.kconmon.controller.verdict;

/**
 * A verdict begins to hold, or ends.
 *
 * @param at
 *            when that was decided, in seconds since 1970-01-01
 */
public record VerdictEvent(double at, Change change, Verdict verdict) {

    /** What happens to a verdict; it begins once and ends once. */
    public enum Change {
        BEGINS("begins"), ENDS("ends");

        private final String label;

        Change(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }
    }
}
