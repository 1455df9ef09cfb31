package io.kconmon.k8s;

import io.kconmon.shared.tls.Pem;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A certificate chain and its key. It is shown to every server that asks for one, without regard to the authorities
 * that the server trusts.
 */
final class ClientCertificate extends X509ExtendedKeyManager {

    private static final String ALIAS = "client";

    private final byte[] chainPem;
    private final X509Certificate[] chain;
    private final PrivateKey key;

    private ClientCertificate(byte[] chainPem, List<X509Certificate> chain, PrivateKey key) {
        this.chainPem = chainPem.clone();
        this.chain = chain.toArray(new X509Certificate[0]);
        this.key = key;
    }

    /** @throws IllegalArgumentException in one line, if one is invalid or they do not belong together */
    static ClientCertificate of(byte[] certificate, byte[] privateKey) {
        List<X509Certificate> chain = Pem.certificates(certificate);
        PrivateKey key = Pem.privateKey(privateKey);
        Pem.requirePair(chain.getFirst(), key);
        return new ClientCertificate(certificate, chain, key);
    }

    /** Whether it is the same, so that a TLS context made for the other one serves. */
    boolean isSame(ClientCertificate other) {
        return Arrays.equals(chainPem, other.chainPem);
    }

    @Override
    public String[] getClientAliases(String type, Principal @Nullable [] issuers) {
        return new String[]{ALIAS};
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers,
            @Nullable Socket socket) {
        return Arrays.asList(types).contains(key.getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineClientAlias(String[] types, Principal @Nullable [] issuers,
            @Nullable SSLEngine engine) {
        return chooseClientAlias(types, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return chain.clone();
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return key;
    }
}
