package io.kconmon.k8s;

import java.io.IOException;

/** The API server answered, but not with what was asked for. */
final class ApiException extends IOException {

    private static final long serialVersionUID = 1;

    private final int code;

    ApiException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** HTTP's. */
    int code() {
        return code;
    }

    /** What was asked for lies too far back: a list has to be made anew. */
    boolean gone() {
        return code == 410;
    }

    /** Whether it has nothing to do with what was asked for, and may be granted later. */
    boolean passes() {
        return code == 401 || code == 403 || code == 429 || code >= 500;
    }
}
