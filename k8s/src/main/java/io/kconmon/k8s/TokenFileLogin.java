package io.kconmon.k8s;

import io.kconmon.shared.file.BoundedFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A token in a file. It is read for every request: the kubelet renews that of a pod, about once an hour. */
final class TokenFileLogin implements Login {

    private static final int MAX_BYTES = 64 * 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final BoundedFile file;

    TokenFileLogin(Path file) {
        this.file = new BoundedFile(file, MAX_BYTES, PATIENCE);
    }

    @Override
    public Credential now() throws IOException {
        String token = read();
        if (token.isEmpty()) {
            throw new IOException("the token's file %s is empty".formatted(file.path()));
        }
        return Login.bearer(token);
    }

    private String read() throws IOException {
        try {
            return new String(file.read(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IOException("the token's file %s cannot be read: %s".formatted(file.path(), e.getMessage()), e);
        }
    }
}
