package io.kconmon.shared.access;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS with certificates from PEM files; each new connection has what is in them by then. */
public final class TlsContext {

    private static final String ALIAS = "kconmon";
    private static final char[] NO_PASSWORD = {};

    private TlsContext() {
    }

    /**
     * Of a server.
     *
     * @throws io.kconmon.shared.config.BadSettingException
     *             in one line, if the files are no certificate chain and its key
     */
    public static SSLContext server(Path certificate, Path privateKey) {
        var keys = new ReloadingFile<>("tls-certificate", List.of(certificate, privateKey), TlsContext::keys);
        return context(new KeyManager[]{new Keys(keys)}, null);
    }

    /**
     * Of a client, which trusts whom these authorities have signed and nobody else.
     *
     * @throws io.kconmon.shared.config.BadSettingException
     *             in one line, if the file holds no certificate
     */
    public static SSLContext client(Path authorities) {
        var trust = new ReloadingFile<>("tls-ca", List.of(authorities), TlsContext::trust);
        return context(null, new TrustManager[]{new Trust(trust)});
    }

    private static SSLContext context(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    private static X509ExtendedKeyManager keys(List<byte[]> pem) {
        List<X509Certificate> chain = Pem.certificates(pem.get(0));
        PrivateKey key = Pem.privateKey(pem.get(1));
        try {
            checkPair(chain.getFirst(), key);
            KeyStore store = emptyStore();
            store.setKeyEntry(ALIAS, key, NO_PASSWORD, chain.toArray(new X509Certificate[0]));
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(store, NO_PASSWORD);
            return (X509ExtendedKeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the certificate and the private key cannot be used", e);
        }
    }

    static void checkPair(X509Certificate certificate, PrivateKey key) throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        boolean pair = certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm());
        if (pair) {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            byte[] signed = signature.sign();
            signature.initVerify(certificate);
            pair = signature.verify(signed);
        }
        if (!pair) {
            throw new IllegalArgumentException("the private key is not the certificate's");
        }
    }

    private static X509ExtendedTrustManager trust(List<byte[]> pem) {
        try {
            KeyStore store = emptyStore();
            for (X509Certificate authority : Pem.certificates(pem.getFirst())) {
                store.setCertificateEntry(ALIAS + store.size(), authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the certificates cannot be used", e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static final class Keys extends X509ExtendedKeyManager {

        private final Supplier<X509ExtendedKeyManager> now;

        Keys(Supplier<X509ExtendedKeyManager> now) {
            this.now = now;
        }

        @Override
        public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, Socket socket) {
            return null;
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
            return now.get().getServerAliases(type, issuers);
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, Socket socket) {
            return now.get().chooseServerAlias(type, issuers, socket);
        }

        @Override
        public @Nullable String chooseEngineServerAlias(String type, Principal @Nullable [] issuers,
                SSLEngine engine) {
            return now.get().chooseEngineServerAlias(type, issuers, engine);
        }

        @Override
        public X509Certificate @Nullable [] getCertificateChain(String alias) {
            return now.get().getCertificateChain(alias);
        }

        @Override
        public @Nullable PrivateKey getPrivateKey(String alias) {
            return now.get().getPrivateKey(alias);
        }
    }

    private static final class Trust extends X509ExtendedTrustManager {

        private final Supplier<X509ExtendedTrustManager> now;

        Trust(Supplier<X509ExtendedTrustManager> now) {
            this.now = now;
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            now.get().checkClientTrusted(chain, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            now.get().checkClientTrusted(chain, type, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            now.get().checkClientTrusted(chain, type, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            now.get().checkServerTrusted(chain, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            now.get().checkServerTrusted(chain, type, socket);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            now.get().checkServerTrusted(chain, type, engine);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return now.get().getAcceptedIssuers();
        }
    }
}
