package io.kconmon.k8s;

import io.kconmon.shared.net.IpAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A proxy on the way to the API server, from a kubeconfig's {@code proxy-url}, or else from the environment as Go's
 * programs read it: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY}, in capitals or not.
 *
 * @param userInfo
 *            {@code user:password}; empty if there is none
 */
record ProxyServer(ServerAddress address, String userInfo) {

    static final String ALLOWED = "http://host:port, https or socks5";
    private static final List<String> SCHEMES = List.of("http", "https", "socks5", "socks5h");

    static Optional<ProxyServer> of(String url) {
        try {
            var uri = new URI(url.contains("://") ? url : "http://" + url);
            if (!SCHEMES.contains(String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT))) {
                return Optional.empty();
            }
            String user = uri.getRawUserInfo() == null ? "" : uri.getRawUserInfo();
            String bare = uri.toString().replaceFirst("://[^/@]*@", "://");
            return ServerAddress.ofProxy(bare).map(it -> new ProxyServer(it, decode(user)));
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String decode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /**
     * @throws IllegalArgumentException in one line without the value, which may contain a password, if a variable is
     * invalid
     */
    static Optional<ProxyServer> fromEnvironment(Map<String, String> environment, ServerAddress server) {
        String name = server.secure() ? "HTTPS_PROXY" : "HTTP_PROXY";
        String url = variable(environment, name);
        if (url.isEmpty() || goesWithout(server, variable(environment, "NO_PROXY"))) {
            return Optional.empty();
        }
        return Optional.of(of(url).orElseThrow(
                () -> new IllegalArgumentException("$%s: it names no proxy; allowed: %s".formatted(name, ALLOWED))));
    }

    private static String variable(Map<String, String> environment, String name) {
        String capitals = environment.getOrDefault(name, "").strip();
        return capitals.isEmpty() ? environment.getOrDefault(name.toLowerCase(Locale.ROOT), "").strip() : capitals;
    }

    private static boolean goesWithout(ServerAddress server, String exceptions) {
        String host = server.host().toLowerCase(Locale.ROOT);
        byte[] address = literal(host);
        if (host.equals("localhost") || (address != null && isLoopback(host))) {
            return true;
        }
        for (String word : exceptions.split(",", -1)) {
            String exception = word.strip().toLowerCase(Locale.ROOT);
            if (exception.equals("*") || matches(exception, host, address, server.port())) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(String exception, String host, byte @Nullable [] address, int port) {
        if (exception.isEmpty()) {
            return false;
        }
        if (address != null && exception.indexOf('/') > 0) {
            return contains(exception, address);
        }
        String name = exception.startsWith("*.") ? exception.substring(1) : exception;
        if (literal(name) == null && name.matches(".*:\\d+")) {
            if (!name.endsWith(":" + port)) {
                return false;
            }
            name = name.substring(0, name.lastIndexOf(':'));
        }
        return host.equals(name) || host.endsWith(name.startsWith(".") ? name : "." + name);
    }

    private static boolean contains(String network, byte[] address) {
        String[] parts = network.split("/", 2);
        byte[] prefix = literal(parts[0]);
        if (prefix == null || prefix.length != address.length || !parts[1].matches("\\d{1,3}")) {
            return false;
        }
        int bits = Math.min(Integer.parseInt(parts[1]), prefix.length * 8);
        for (int bit = 0; bit < bits; bit++) {
            if (((prefix[bit / 8] ^ address[bit / 8]) & (0x80 >> bit % 8)) != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte @Nullable [] literal(String host) {
        return IpAddress.isLiteral(host)
                ? IpAddress.of(host).getAddress()
                : null;
    }

    private static boolean isLoopback(String literal) {
        return IpAddress.of(literal).isLoopbackAddress();
    }

    boolean isSocks() {
        return address.scheme().startsWith("socks");
    }

    /** The value of {@code Proxy-Authorization}. */
    Optional<String> authorization() {
        return userInfo.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8)));
    }

    /** Its password must not be shown. */
    @Override
    public String toString() {
        return address.toString();
    }
}
