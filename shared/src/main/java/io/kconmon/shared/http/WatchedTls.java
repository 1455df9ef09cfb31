package io.kconmon.shared.http;

import io.helidon.common.tls.ConfiguredTlsManager;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** A context as it is, but for who is told of its handshakes: the only way into Helidon's that there is. */
final class WatchedTls extends SSLContext {

    WatchedTls(SSLContext context, Handshakes handshakes) {
        super(new Spi(context, handshakes), context.getProvider(), context.getProtocol());
    }

    /** Helidon's own, whose context is that. */
    static final class Manager extends ConfiguredTlsManager {

        private final Handshakes handshakes;

        Manager(Handshakes handshakes) {
            super("kconmon", "kconmon");
            this.handshakes = handshakes;
        }

        @Override
        public SSLContext sslContext() {
            return new WatchedTls(super.sslContext(), handshakes);
        }
    }

    private static final class Spi extends SSLContextSpi {

        private final SSLContext context;
        private final Handshakes handshakes;

        Spi(SSLContext context, Handshakes handshakes) {
            this.context = context;
            this.handshakes = handshakes;
        }

        @Override
        protected void engineInit(KeyManager @Nullable [] keys, TrustManager @Nullable [] trust,
                @Nullable SecureRandom random) {
            throw new UnsupportedOperationException("it is set up already");
        }

        @Override
        protected SSLSocketFactory engineGetSocketFactory() {
            return handshakes.watch(context.getSocketFactory());
        }

        @Override
        protected SSLServerSocketFactory engineGetServerSocketFactory() {
            return context.getServerSocketFactory();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine() {
            return context.createSSLEngine();
        }

        @Override
        protected SSLEngine engineCreateSSLEngine(String host, int port) {
            return context.createSSLEngine(host, port);
        }

        @Override
        protected SSLSessionContext engineGetServerSessionContext() {
            return context.getServerSessionContext();
        }

        @Override
        protected SSLSessionContext engineGetClientSessionContext() {
            return context.getClientSessionContext();
        }

        @Override
        protected SSLParameters engineGetDefaultSSLParameters() {
            return context.getDefaultSSLParameters();
        }

        @Override
        protected SSLParameters engineGetSupportedSSLParameters() {
            return context.getSupportedSSLParameters();
        }
    }
}
