package io.kconmon.shared.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.ConfiguredTlsManager;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsConfig;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.encoding.ContentEncodingContextConfig;
import io.helidon.http.media.MediaContext;
import io.helidon.http.media.MediaContextConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.ObserveFeatureConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLParameters;

/**
 * Helidon's builders without their last step, which looks in a configuration and in all jars for what else there may
 * be, even if told not to: there is none, but that alone loads 200 classes and makes a proxy class at each start. What
 * the step adds besides is set where they are used.
 */
final class LeanBuilders {

    private LeanBuilders() {
    }

    static final class Server extends WebServerConfig.BuilderBase<Server, WebServerConfig> {

        private static final class BuiltServer extends WebServerConfigImpl {
            BuiltServer(Server builder) {
                super(builder);
            }
        }

        @Override
        protected void preBuildPrototype() {
            // nothing is looked for
        }

        @Override
        public WebServerConfig buildPrototype() {
            validatePrototype();
            return new BuiltServer(this);
        }

        WebServer build() {
            return WebServer.create(buildPrototype());
        }
    }

    static final class Media extends MediaContextConfig.BuilderBase<Media, MediaContextConfig> {

        private static final class BuiltMedia extends MediaContextConfigImpl {
            BuiltMedia(Media builder) {
                super(builder);
            }
        }

        @Override
        public MediaContextConfig buildPrototype() {
            return new BuiltMedia(this);
        }

        MediaContext build() {
            return MediaContext.create(buildPrototype());
        }
    }

    static final class Encodings
            extends
                ContentEncodingContextConfig.BuilderBase<Encodings, ContentEncodingContextConfig> {

        private static final class BuiltEncodings extends ContentEncodingContextConfigImpl {
            BuiltEncodings(Encodings builder) {
                super(builder);
            }
        }

        @Override
        public ContentEncodingContextConfig buildPrototype() {
            return new BuiltEncodings(this);
        }

        ContentEncodingContext build() {
            return ContentEncodingContext.create(buildPrototype());
        }
    }

    static final class Observe extends ObserveFeatureConfig.BuilderBase<Observe, ObserveFeatureConfig> {

        private static final class BuiltObserve extends ObserveFeatureConfigImpl {
            BuiltObserve(Observe builder) {
                super(builder);
            }
        }

        @Override
        public ObserveFeatureConfig buildPrototype() {
            return new BuiltObserve(this);
        }

        ObserveFeature build() {
            return ObserveFeature.create(buildPrototype());
        }
    }

    /** Nagle's algorithm off. Helidon's own looks for a logger at each connection, and sets two options more. */
    static final class NoDelay extends SocketOptions.BuilderBase<NoDelay, SocketOptions> {

        private static final class BuiltNoDelay extends SocketOptionsImpl {
            BuiltNoDelay(NoDelay builder) {
                super(builder);
            }

            @Override
            public void configureSocket(SocketChannel socket) {
                try {
                    socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
                } catch (IOException e) {
                    throw new UncheckedIOException(e); // the client has gone already
                }
            }
        }

        @Override
        public SocketOptions buildPrototype() {
            preBuildPrototype();
            return new BuiltNoDelay(this);
        }
    }

    /** Of a server that has no TLS: one that is told nothing of it makes this with Helidon's own builder. */
    static final class NoTls extends TlsConfig.BuilderBase<NoTls, TlsConfig> {

        private static final class NoManager extends ConfiguredTlsManager {
            NoManager() {
                super("none", "none");
            }
        }

        private static final class BuiltNoTls extends TlsConfigImpl {
            BuiltNoTls(NoTls builder) {
                super(builder);
            }
        }

        @Override
        public TlsConfig buildPrototype() {
            return new BuiltNoTls(enabled(false).manager(new NoManager()).sslParameters(new SSLParameters()));
        }

        Tls build() {
            return Tls.create(buildPrototype());
        }
    }
}
