package io.kconmon.k8s;

import java.io.IOException;

/** The API server answered, but with an error. */
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

    /** The requested resourceVersion is too old: the objects must be listed again. */
    boolean gone() {
        return code == 410;
    }

    /** Whether the error does not depend on the request, so that a later try may succeed. */
    boolean passes() {
        return code == 401 || code == 403 || code == 429 || code >= 500;
    }
}
