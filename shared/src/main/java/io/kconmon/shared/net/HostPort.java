package io.kconmon.shared.net;

import java.net.URI;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The host and port of a URL. Names with an underscore are allowed, since resolvers know them and Kubernetes users have
 * them, although {@link URI#getHost} does not return them.
 *
 * @param host
 *            a name, or an address without brackets
 * @param port
 *            1 to 65535, or -1 if the URL has none
 */
public record HostPort(String host, int port) {

    private static final Pattern AUTHORITY = Pattern
            .compile("([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9_.])?)(?::(\\d{1,5}))?");

    /** Empty if the URL has no host, has a user, or has an invalid port. */
    public static Optional<HostPort> of(URI uri) {
        if (uri.getHost() != null) {
            return uri.getUserInfo() == null ? of(uri.getHost(), uri.getPort()) : Optional.empty();
        }
        Matcher matcher = AUTHORITY.matcher(String.valueOf(uri.getRawAuthority()));
        if (uri.getRawAuthority() == null || !matcher.matches()) {
            return Optional.empty();
        }
        return of(matcher.group(1), matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2)));
    }

    private static Optional<HostPort> of(String host, int port) {
        return port == -1 || (port >= 1 && port <= 65535)
                ? Optional.of(new HostPort(host.replace("[", "").replace("]", ""), port))
                : Optional.empty();
    }

    public int portOr(int usual) {
        return port == -1 ? usual : port;
    }
}
