package io.kconmon.k8s;

import io.kconmon.shared.tls.Pem;
import io.kconmon.shared.client.Dialer;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * TLS to an API server. Each connection trusts the authorities that there are by then, and shows the certificate that
 * there is by then: both change under a program that runs for months.
 */
final class ServerTls {

    private final Supplier<X509TrustManager> trust;
    private final boolean verified;
    private final Optional<String> serverName;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Made made;

    private static final class Made {

        private final X509TrustManager trust;
        private final Optional<ClientCertificate> certificate;
        private final SSLContext context;

        Made(X509TrustManager trust, Optional<ClientCertificate> certificate, SSLContext context) {
            this.trust = trust;
            this.certificate = certificate;
            this.context = context;
        }

        boolean serves(X509TrustManager now, Optional<ClientCertificate> shown) {
            return trust.equals(now) && certificate.isPresent() == shown.isPresent()
                    && (shown.isEmpty() || certificate.orElseThrow().isSame(shown.get()));
        }
    }

    private ServerTls(Supplier<X509TrustManager> trust, boolean verified, Optional<String> serverName) {
        this.trust = trust;
        this.verified = verified;
        this.serverName = serverName;
    }

    /**
     * @param trust
     *            asked at each connection; the same object for as long as nothing changes
     * @param serverName
     *            the name that the certificate must have, if it is not the host's
     */
    static ServerTls trusting(Supplier<X509TrustManager> trust, Optional<String> serverName) {
        return new ServerTls(trust, true, serverName);
    }

    /** Whoever answers is believed to be the API server. */
    static ServerTls trustingAnybody(Optional<String> serverName) {
        var anybody = new Anybody();
        return new ServerTls(() -> anybody, false, serverName);
    }

    /** @throws IllegalArgumentException in one line, if there is no certificate in it */
    static X509TrustManager authorities(byte[] pem) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, new char[0]);
            for (X509Certificate authority : Pem.certificates(pem)) {
                store.setCertificateEntry("ca" + store.size(), authority);
            }
            return manager(store);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the certificates cannot be used", e);
        }
    }

    /** @throws IllegalArgumentException in one line, if this JVM trusts nobody by itself, as that of an image does */
    static X509TrustManager usualAuthorities() {
        try {
            X509TrustManager usual = manager(null);
            if (usual.getAcceptedIssuers().length > 0) {
                return usual;
            }
        } catch (GeneralSecurityException e) {
            // reported below
        }
        throw new IllegalArgumentException(
                "it is missing, and there are no authorities that this JVM trusts by itself");
    }

    private static X509TrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return (X509TrustManager) factory.getTrustManagers()[0];
    }

    /** Shakes hands. */
    Socket secure(Socket socket, ServerAddress server, Optional<ClientCertificate> certificate) throws IOException {
        return Dialer.secure(socket, context(certificate), serverName.orElse(server.host()), server.port(), verified);
    }

    /** The last one as long as nothing has changed, because its sessions can be resumed. */
    private SSLContext context(Optional<ClientCertificate> certificate) throws IOException {
        X509TrustManager now = trust.get();
        lock.lock();
        try {
            Made last = made;
            if (last != null && last.serves(now, certificate)) {
                return last.context;
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(certificate.map(it -> new KeyManager[]{it}).orElse(null), new TrustManager[]{now}, null);
            made = new Made(now, certificate, context);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates cannot be used", e);
        } finally {
            lock.unlock();
        }
    }

    private static final class Anybody extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {
            // anybody
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {
            // anybody
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
            // anybody
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
            // anybody
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // anybody
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
            // anybody
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return List.of().toArray(new X509Certificate[0]);
        }
    }
}
