package io.kconmon.k8s;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** As whom an API server is asked. */
interface Login {

    /** Anonymous, or the user of the TLS connection's certificate. */
    Login NONE = () -> Credential.NONE;

    /**
     * The current credentials.
     *
     * @param authorization
     *            the value of the Authorization header; empty if there is none
     * @param certificate
     *            for the TLS handshake
     */
    record Credential(String authorization, Optional<ClientCertificate> certificate) {

        static final Credential NONE = new Credential("", Optional.empty());

        /** It must not be shown. */
        @Override
        public String toString() {
            return "a credential";
        }
    }

    /** @throws IOException in one line without secrets, if no login is available */
    Credential now() throws IOException, InterruptedException;

    /** The API server did not know it. */
    default void rejected(Credential credential) {
        // it is read each time
    }

    /** A bearer token (RFC 6750). */
    static Credential bearer(String token) throws IOException {
        if (!token.chars().allMatch(it -> it > 0x20 && it < 0x7f)) {
            throw new IOException("no request can be made with these credentials: the token is not one line of ASCII");
        }
        return new Credential(token.isEmpty() ? "" : "Bearer " + token, Optional.empty());
    }

    /** Texts that must not be shown. */
    static List<String> secrets(Credential credential) {
        String value = credential.authorization();
        String secret = value.substring(value.indexOf(' ') + 1);
        if (!value.startsWith("Basic ")) {
            return secret.isEmpty() ? List.of() : List.of(secret);
        }
        String pair = new String(Base64.getDecoder().decode(secret), StandardCharsets.UTF_8);
        String password = pair.substring(pair.indexOf(':') + 1);
        return password.isEmpty() ? List.of(secret) : List.of(secret, password);
    }
}
