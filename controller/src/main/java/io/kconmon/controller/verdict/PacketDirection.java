package io.kconmon.controller.verdict;

/** Which of a hypothesis's two ways loses packets. */
enum PacketDirection {
    ALONG, AGAINST, BOTH;

    boolean covers(LossKind lossKind) {
        return switch (lossKind) {
            case FORWARD -> this != AGAINST;
            case BACKWARD -> this != ALONG;
            case UNKNOWN, TCP -> true;
        };
    }
}
