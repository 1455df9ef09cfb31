package io.kconmon.shared.client;

import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Why a program could not be spoken with, in a few words and on one line. */
public final class FailureText {

    private FailureText() {
    }

    /** The first exception whose class tells the failure; otherwise the message of the first exception. */
    public static String of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String known = known(cause);
            if (known != null) {
                return known;
            }
        }
        return line(failure);
    }

    private static @Nullable String known(Throwable failure) {
        if (failure instanceof ConnectionException) {
            return line(failure);
        }
        if (failure instanceof UnknownHostException) {
            return "unknown host " + line(failure);
        }
        if (failure instanceof SSLException) {
            return "TLS: " + tls(failure);
        }
        if (failure instanceof SocketTimeoutException) {
            return failure.getMessage() == null || failure.getMessage().equals("Read timed out")
                    ? "no answer in time"
                    : lowerCase(failure.getMessage());
        }
        // refused, reset, no route to host, network is unreachable
        return failure instanceof SocketException && failure.getMessage() != null
                ? lowerCase(failure.getMessage())
                : null;
    }

    /** The outermost message may say nothing of the certificate; the innermost does. */
    private static String tls(Throwable failure) {
        String innermost = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            innermost = cause.getMessage() == null ? innermost : line(cause);
        }
        if (innermost.contains("unable to find valid certification path")) {
            return "none of the trusted authorities has signed the certificate";
        }
        if (innermost.contains("trustAnchors parameter must be non-empty")) {
            return "no authority is trusted";
        }
        if (innermost.contains("Unsupported or unrecognized SSL message")) {
            return "what answers does not speak it";
        }
        return innermost.isEmpty() ? line(failure) : innermost;
    }

    private static String line(Throwable failure) {
        String message = failure.getMessage();
        if (message == null || message.isBlank()) {
            return failure instanceof EOFException
                    ? "the connection ended before the answer did"
                    : failure.getClass().getSimpleName();
        }
        return message.lines().map(String::strip).filter(it -> !it.isEmpty()).findFirst().orElse("");
    }

    private static String lowerCase(String message) {
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }
}
