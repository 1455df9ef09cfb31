package io.kconmon.shared.tls;

import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsConfig;
import io.kconmon.shared.log.Log;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A server's TLS, from PEM files that are read again when they change. A certificate that clients would refuse does not
 * replace one that they accept.
 */
public final class ServerTls {

    /** A client may not begin another handshake on a connection that has one: each costs the server a signature. */
    private static final String NO_RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";
    private static final Log LOG = Log.of("tls");

    private final Optional<String> host;
    private final AtomicReference<@Nullable ServerCertificate> taken = new AtomicReference<>();
    private final AtomicReference<@Nullable ServerCertificate> served = new AtomicReference<>();
    private final ReloadingFile<ServerCertificate> files;

    /**
     * Reads the files.
     *
     * @param host
     *            the name by which clients call this server, if it is known
     * @throws io.kconmon.shared.config.BadSettingException
     *             in one line, if the files are not a certificate chain and its key
     */
    public ServerTls(Path certificate, Path privateKey, Optional<String> host) {
        if (System.getProperty(NO_RENEGOTIATION) == null) {
            System.setProperty(NO_RENEGOTIATION, "true"); // read by the JDK once, before the first handshake
        }
        this.host = host;
        this.files = new ReloadingFile<>("tls-certificate", List.of(certificate, privateKey), this::take);
    }

    private ServerCertificate take(List<byte[]> pem) {
        ServerCertificate next = ServerCertificate.of(pem.get(0), pem.get(1));
        ServerCertificate current = taken.get();
        Instant now = Instant.now();
        Optional<String> trouble = next.trouble(now, host);
        if (trouble.isPresent()) {
            if (current != null && current.trouble(now, host).isEmpty()) {
                throw new IllegalArgumentException(trouble.get());
            }
            LOG.error("clients will refuse this server's certificate", "reason", trouble.get());
        }
        taken.set(next);
        return next;
    }

    /** TLS for a server that begins to listen. */
    public Tls start() {
        ServerCertificate certificate = files.get();
        served.set(certificate);
        return of(certificate).build();
    }

    /** TLS for {@code WebServer.reloadTls}, if the certificate is another one than the server has. */
    public Optional<Tls> reload() {
        ServerCertificate certificate = files.get();
        return certificate.equals(served.getAndSet(certificate))
                ? Optional.empty()
                : Optional.of(of(certificate).build());
    }

    private static TlsConfig.Builder of(ServerCertificate certificate) {
        return Tls.builder().privateKey(certificate.key()).privateKeyCertChain(certificate.chain());
    }

    /** The expiry of the served chain: the earliest of its certificates'. */
    public Instant expiry() {
        return files.get().expiry();
    }
}
