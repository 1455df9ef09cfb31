package io.kconmon.shared.client;

import io.kconmon.shared.http.BearerToken;
import io.kconmon.shared.tls.ClientTls;
import java.net.URI;
import java.util.Optional;

/**
 * Where a program is, and how it is spoken to.
 *
 * @param token
 *            shown with each request, if there is one
 * @param tls
 *            whom to trust if the address is an https one; whom the JDK trusts if empty
 */
public record Endpoint(URI uri, Optional<BearerToken> token, Optional<ClientTls> tls) {

    /** Plain and without a token. */
    public static Endpoint of(URI uri) {
        return new Endpoint(uri, Optional.empty(), Optional.empty());
    }
}
