package io.kconmon.agent.roster;

import io.kconmon.shared.access.Token;
import java.net.URI;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * Where the controller is, and how it is spoken to.
 *
 * @param token
 *            shown with each request, if there is one
 * @param tls
 *            whom to trust if the address is an https one; whom the JDK trusts if empty
 */
public record ControllerAccess(URI uri, Optional<Token> token, Optional<SSLContext> tls) {

    /** Plain and without a token. */
    public static ControllerAccess of(URI uri) {
        return new ControllerAccess(uri, Optional.empty(), Optional.empty());
    }
}
