package io.kconmon.shared.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.ConfiguredTlsManager;
import io.helidon.common.tls.TlsConfig;
import io.helidon.http.encoding.ContentEncodingContextConfig;
import io.helidon.http.media.MediaContextConfig;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.observe.ObserveFeatureConfig;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLParameters;

/**
 * Helidon's builders without their last step, which searches a configuration and all jars for services, even if told
 * not to. There are no such services, and the search alone loads 200 classes and makes a proxy class at each start. The
 * callers set the other values of that step.
 */
final class LeanBuilders {

    private LeanBuilders() {
    }

    static final class Server extends WebServerConfig.BuilderBase<Server, WebServerConfig> {

        @Override
        protected void preBuildPrototype() {
            // nothing is looked for
        }

        @Override
        public WebServerConfig buildPrototype() {
            validatePrototype();
            return new WebServerConfigImpl(this) {
            };
        }
    }

    static final class Media extends MediaContextConfig.BuilderBase<Media, MediaContextConfig> {

        @Override
        public MediaContextConfig buildPrototype() {
            return new MediaContextConfigImpl(this) {
            };
        }
    }

    static final class Encodings
            extends
                ContentEncodingContextConfig.BuilderBase<Encodings, ContentEncodingContextConfig> {

        @Override
        public ContentEncodingContextConfig buildPrototype() {
            return new ContentEncodingContextConfigImpl(this) {
            };
        }
    }

    static final class Observe extends ObserveFeatureConfig.BuilderBase<Observe, ObserveFeatureConfig> {

        @Override
        public ObserveFeatureConfig buildPrototype() {
            return new ObserveFeatureConfigImpl(this) {
            };
        }
    }

    /** Passes each connection to the guard. Helidon's own looks for a logger at each. */
    static final class Accepting extends SocketOptions.BuilderBase<Accepting, SocketOptions> {

        private final ConnectionGuard guard;

        Accepting(ConnectionGuard guard) {
            this.guard = guard;
        }

        @Override
        public SocketOptions buildPrototype() {
            preBuildPrototype();
            return new SocketOptionsImpl(this) {
                @Override
                public void configureSocket(SocketChannel socket) {
                    guard.accept(socket);
                }
            };
        }
    }

    /** For a server without TLS. If TLS is not set at all, Helidon makes this value with its own builder. */
    static final class NoTls extends TlsConfig.BuilderBase<NoTls, TlsConfig> {

        @Override
        public TlsConfig buildPrototype() {
            return new TlsConfigImpl(
                    enabled(false).manager(new ConfiguredTlsManager("none", "none") {
                    }).sslParameters(new SSLParameters())) {
            };
        }
    }
}
