package io.kconmon.shared.tls;

import java.security.KeyStore;
import java.security.GeneralSecurityException;
import java.io.IOException;
import io.kconmon.shared.net.IpAddress;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server's certificate, the certificates that lead to its authority, and its private key.
 *
 * @param chain
 *            the server's own first
 */
record ServerCertificate(List<X509Certificate> chain, PrivateKey key) {

    /** Types of a subjectAltName (RFC 5280, 4.2.1.6). */
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final Pattern COMMON_NAME = Pattern.compile("(?:^|,)CN=([^,+]+)");

    /**
     * Reads a chain and its key.
     *
     * @throws IllegalArgumentException
     *             in one line, if they are invalid or do not belong together
     */
    static ServerCertificate of(byte[] chain, byte[] key) {
        var certificate = new ServerCertificate(Pem.certificates(chain), Pem.privateKey(key));
        Pem.requirePair(certificate.chain().getFirst(), certificate.key());
        try { // as Helidon keeps them
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("key", certificate.key(), new char[]{'-'},
                    certificate.chain().toArray(X509Certificate[]::new));
            return certificate;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException(
                    "each certificate of the chain must be signed by the next one, and none be there twice", e);
        }
    }

    /** When the first of the chain expires. */
    Instant expiry() {
        return chain.stream().map(it -> it.getNotAfter().toInstant()).min(Instant::compareTo).orElse(Instant.MAX);
    }

    /**
     * Why clients will refuse it, if they will.
     *
     * @param host
     *            that they call the server by, if that is known
     */
    Optional<String> trouble(Instant now, Optional<String> host) {
        for (X509Certificate one : chain) {
            if (now.isBefore(one.getNotBefore().toInstant())) {
                return Optional.of("the certificate is not valid before " + one.getNotBefore().toInstant());
            }
            if (now.isAfter(one.getNotAfter().toInstant())) {
                return Optional.of("the certificate has expired at " + one.getNotAfter().toInstant());
            }
        }
        return host.filter(it -> !names(it))
                .map("the certificate does not name %s, which agents call by controller-url"::formatted);
    }

    /** As RFC 9110, 4.3.4 has it; a common name counts where there are no DNS names, as it does for the JDK's clients. */
    private boolean names(String host) {
        Collection<List<?>> all = alternativeNames();
        if (IpAddress.isLiteral(host)) {
            return all.stream().anyMatch(it -> it.get(0).equals(IP_ADDRESS)
                    && IpAddress.of(String.valueOf(it.get(1))).equals(IpAddress.of(host)));
        }
        List<String> names = all.stream().filter(it -> it.get(0).equals(DNS_NAME)).map(it -> String.valueOf(it.get(1)))
                .toList();
        return (names.isEmpty() ? commonName() : names).stream().anyMatch(it -> covers(it, host));
    }

    private Collection<List<?>> alternativeNames() {
        try {
            Collection<List<?>> names = chain.getFirst().getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }

    private List<String> commonName() {
        Matcher name = COMMON_NAME.matcher(chain.getFirst().getSubjectX500Principal().getName());
        return name.find() ? List.of(name.group(1)) : List.of();
    }

    /** A wildcard stands for one label (RFC 9525, 6.3). */
    private static boolean covers(String name, String host) {
        String asked = host.toLowerCase(Locale.ROOT);
        String named = name.toLowerCase(Locale.ROOT);
        return named.equals(asked)
                || (named.startsWith("*.") && asked.indexOf('.') > 0
                        && named.substring(1).equals(asked.substring(asked.indexOf('.'))));
    }
}
