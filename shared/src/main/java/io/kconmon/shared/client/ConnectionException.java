package io.kconmon.shared.client;

import java.io.IOException;

/** Nobody could be spoken with. Its message is for an operator: whom, and why. */
public final class ConnectionException extends IOException {

    private static final long serialVersionUID = 1;

    public ConnectionException(String message, Throwable cause) {
        super(message, cause);
    }
}
