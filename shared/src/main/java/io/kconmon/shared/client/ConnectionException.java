package io.kconmon.shared.client;

import java.io.IOException;

/** No connection could be made. Its message is for an operator and names the server and the reason. */
public final class ConnectionException extends IOException {

    private static final long serialVersionUID = 1;

    public ConnectionException(String message, Throwable cause) {
        super(message, cause);
    }
}
