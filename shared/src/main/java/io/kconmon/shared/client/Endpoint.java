package io.kconmon.shared.client;

import io.kconmon.shared.http.BearerToken;
import io.kconmon.shared.tls.ClientTls;
import java.net.URI;
import java.util.Optional;

/**
 * A program's URL, and the token and the authorities for requests to it.
 *
 * @param token
 *            sent with each request, if there is one
 * @param tls
 *            the authorities to trust if the URL is https; the JDK's if empty
 */
public record Endpoint(URI uri, Optional<BearerToken> token, Optional<ClientTls> tls) {

    /** Plain and without a token. */
    public static Endpoint of(URI uri) {
        return new Endpoint(uri, Optional.empty(), Optional.empty());
    }
}
