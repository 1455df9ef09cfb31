package io.kconmon.controller.status;

/**
 * Colours of a terminal (ECMA-48, SGR), or none.
 *
 * @param on
 *            whether there are any
 */
record Colours(boolean on) {

    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String GREEN = "\u001b[32m";
    private static final String BOLD = "\u001b[1m";
    private static final String PLAIN = "\u001b[0m";

    String byLoss(double loss, String text) {
        return in(loss >= 1 ? RED : loss > 0 ? YELLOW : GREEN, text);
    }

    String bad(String text) {
        return in(BOLD + RED, text);
    }

    String good(String text) {
        return in(GREEN, text);
    }

    String uncertain(String text) {
        return in(YELLOW, text);
    }

    private String in(String colour, String text) {
        return on ? colour + text + PLAIN : text;
    }
}
