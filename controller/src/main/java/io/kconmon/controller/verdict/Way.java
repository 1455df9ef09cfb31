package io.kconmon.controller.verdict;

/** Which of a hypothesis's two ways loses packets. */
enum Way {
    ALONG, AGAINST, BOTH;

    boolean covers(Part part) {
        return switch (part) {
            case FORWARD -> this != AGAINST;
            case BACKWARD -> this != ALONG;
            case UNKNOWN, TCP -> true;
        };
    }
}
