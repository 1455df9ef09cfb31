package io.kconmon.shared.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A client's TLS: it trusts servers that the authorities in a PEM file have signed, and nobody else. Each new
 * connection asks for the context, which is rebuilt when the file has changed.
 */
public final class ClientTls implements Supplier<SSLContext> {

    private final ReloadingFile<SSLContext> context;

    /**
     * Reads the file.
     *
     * @throws io.kconmon.shared.config.BadSettingException
     *             in one line, if the file holds no certificate
     */
    public ClientTls(Path authorities) {
        this.context = new ReloadingFile<>("tls-ca", List.of(authorities), ClientTls::context);
    }

    @Override
    public SSLContext get() {
        return context.get();
    }

    private static SSLContext context(List<byte[]> pem) {
        List<X509Certificate> authorities = Pem.certificates(pem.getFirst());
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate authority : authorities) {
                store.setCertificateEntry("kconmon" + store.size(), authority);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the certificates cannot be used", e);
        }
    }
}
