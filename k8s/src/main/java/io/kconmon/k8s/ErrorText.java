package io.kconmon.k8s;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.NoSuchFileException;
import javax.net.ssl.SSLException;

/** Trouble with an API server, as an operator would say it. */
final class ErrorText {

    private ErrorText() {
    }

    /**
     * @param doing
     *            such as "list nodes"
     * @param remedy
     *            what has to be granted if it is forbidden
     */
    static String of(IOException trouble, String doing, String remedy, String server) {
        if (!(trouble instanceof ApiException refused)) {
            return "cannot %s: %s: %s".formatted(doing, server, of(trouble));
        }
        return switch (refused.code()) {
            case 401 -> "may not %s (401): %s; the API server does not know us: is the token or certificate valid?"
                    .formatted(doing, refused.getMessage());
            case 403 -> "may not %s (403): %s; %s".formatted(doing, refused.getMessage(), remedy);
            default -> "cannot %s (%d): %s".formatted(doing, refused.code(), refused.getMessage());
        };
    }

    /** In a few words, on one line. */
    static String of(Throwable trouble) {
        for (Throwable cause = trouble; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnknownHostException e -> {
                    return "its name cannot be resolved";
                }
                case UnresolvedAddressException e -> {
                    return "its name cannot be resolved";
                }
                case HttpTimeoutException e -> {
                    return "no answer in time";
                }
                case NoSuchFileException e -> {
                    return "no such file: " + e.getMessage();
                }
                case InterruptedIOException e -> {
                    return line(e);
                }
                case SSLException e -> {
                    return "TLS: " + line(e);
                }
                default -> {
                    // what caused it may say more
                }
            }
        }
        if (trouble instanceof KubernetesClientException && trouble.getCause() != null) {
            return of(trouble.getCause()); // its own message says no more than that an error has occurred
        }
        if (trouble instanceof ConnectException) {
            return trouble.getMessage() == null ? "connection refused" : line(trouble);
        }
        return trouble instanceof ClosedChannelException ? "the connection was closed" : line(trouble);
    }

    private static String line(Throwable trouble) {
        String message = trouble.getMessage();
        return message == null ? trouble.getClass().getSimpleName() : message.lines().findFirst().orElse("").strip();
    }
}
