package io.kconmon.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A login that a credential plugin makes. It is kept until it expires or the API server refuses it. The plugin's output
 * never gets into a message, because all of it may be secret.
 *
 * @see <a href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins">
 *      client-go credential plugins</a>
 */
final class ExecLogin implements Login {

    private final ExecPlugin plugin;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Credential known;
    private Instant expires = Instant.MAX;

    ExecLogin(ExecPlugin plugin) {
        this.plugin = plugin;
    }

    @Override
    public Credential now() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            Credential last = known;
            if (last == null || !Instant.now().isBefore(expires)) {
                last = read(plugin.run());
                known = last;
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void rejected(Credential credential) {
        lock.lock();
        try {
            if (credential.equals(known)) {
                known = null;
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("UnusedException") // a parser's message quotes its input
    private Credential read(byte[] printed) throws IOException {
        JsonNode json;
        try {
            json = new ObjectMapper().readTree(printed);
        } catch (IOException e) {
            throw failed("it printed no JSON");
        }
        if (json == null || !json.path("kind").asText().equals("ExecCredential")) {
            throw failed("it printed no ExecCredential");
        }
        if (!json.path("apiVersion").asText().equals(plugin.apiVersion())) {
            throw failed("it printed an ExecCredential of another version than " + plugin.apiVersion());
        }
        JsonNode status = json.path("status");
        String token = status.path("token").asText("").strip();
        String chain = status.path("clientCertificateData").asText("");
        String key = status.path("clientKeyData").asText("");
        if (token.isEmpty() && (chain.isEmpty() || key.isEmpty())) {
            throw failed("it printed neither a token nor a certificate with its key");
        }
        if (chain.isEmpty() != key.isEmpty()) {
            throw failed("it printed a certificate without a key, or a key without one");
        }
        expires = expiry(status.path("expirationTimestamp").asText(""));
        return new Credential(bearer(token), chain.isEmpty() ? Optional.empty() : Optional.of(pair(chain, key)));
    }

    private String bearer(String token) throws IOException {
        try {
            return Login.bearer(token).authorization();
        } catch (IOException e) {
            throw failed("its token is not one line of ASCII");
        }
    }

    private ClientCertificate pair(String chain, String key) throws IOException {
        try {
            return ClientCertificate.of(chain.getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw failed("its certificate or key cannot be read");
        }
    }

    private Instant expiry(String text) throws IOException {
        if (text.isEmpty()) {
            return Instant.MAX;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw failed("its expirationTimestamp is no time");
        }
    }

    private IOException failed(String why) {
        return new IOException("credential plugin %s: %s".formatted(plugin.name(), why));
    }
}
