package io.kconmon.k8s;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A token in a file. It is read for every request: the kubelet renews that of a pod, about once an hour. */
record TokenFileLogin(Path file) implements Login {

    private static final int MAX_BYTES = 64 * 1024;

    @Override
    public Credential now() throws IOException {
        String token = read();
        if (token.isEmpty()) {
            throw new IOException("the token's file %s is empty".formatted(file));
        }
        return Login.bearer(token);
    }

    private String read() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("the token's file %s is not there".formatted(file));
        }
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new IOException("the token's file %s cannot be read".formatted(file), e);
        }
    }
}
