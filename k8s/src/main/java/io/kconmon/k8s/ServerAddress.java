package io.kconmon.k8s;

import io.kconmon.shared.net.HostPort;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * The address of an API server or a proxy.
 *
 * @param scheme
 *            in small letters
 * @param path
 *            the prefix of all paths, without a slash at its end
 */
record ServerAddress(String scheme, String host, int port, String path) {

    static final String ALLOWED = "http://host or http://host:port, or https";

    /**
     * A URL, or as kubectl allows a host or host:port.
     *
     * @param secure
     *            whether one without a scheme is https
     */
    static Optional<ServerAddress> ofServer(String text, boolean secure) {
        String url = text.contains("://") ? text : (secure ? "https://" : "http://") + text;
        return of(url).filter(it -> it.scheme.equals("http") || it.scheme.equals("https"));
    }

    /** A URL of any scheme. */
    static Optional<ServerAddress> ofProxy(String url) {
        return of(url);
    }

    private static Optional<ServerAddress> of(String url) {
        try {
            var uri = new URI(url);
            String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
            if (uri.getRawQuery() == null && uri.getRawFragment() == null) {
                String path = uri.getRawPath() == null ? "" : uri.getRawPath().replaceAll("/+$", "");
                return HostPort.of(uri).map(it -> new ServerAddress(scheme, it.host(), it.portOr(usual(scheme)), path));
            }
        } catch (URISyntaxException e) {
            // as refused as one without a host
        }
        return Optional.empty();
    }

    private static int usual(String scheme) {
        return switch (scheme) {
            case "https" -> 443;
            case "socks5", "socks5h" -> 1080;
            default -> 80;
        };
    }

    boolean secure() {
        return scheme.equals("https");
    }

    /** As it is written in a {@code Host} header or after CONNECT. */
    String authority() {
        return (host.indexOf(':') < 0 ? host : '[' + host + ']') + ':' + port;
    }

    @Override
    public String toString() {
        return scheme + "://" + authority() + path;
    }
}
