package io.kconmon.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.kconmon.shared.client.FailureText;
import java.io.IOException;

/** Errors of an API server in an operator's words. */
final class ErrorText {

    private ErrorText() {
    }

    /**
     * @param doing
     *            the action, such as "list nodes"
     * @param remedy
     *            the right to grant if the request is forbidden
     */
    static String of(IOException trouble, String doing, String remedy, String server) {
        // Jackson's own message quotes what was sent, and that may be the token of our request.
        if (trouble instanceof JsonProcessingException) {
            return "cannot %s: %s: its answer is not what the Kubernetes API answers in JSON".formatted(doing, server);
        }
        if (!(trouble instanceof ApiException refused)) {
            return "cannot %s: %s: %s".formatted(doing, server, FailureText.of(trouble));
        }
        return switch (refused.code()) {
            case 401 -> "may not %s (401): %s; the API server does not know us: is the token or certificate valid?"
                    .formatted(doing, refused.getMessage());
            case 403 -> "may not %s (403): %s; %s".formatted(doing, refused.getMessage(), remedy);
            default -> "cannot %s (%d): %s".formatted(doing, refused.code(), refused.getMessage());
        };
    }
}
