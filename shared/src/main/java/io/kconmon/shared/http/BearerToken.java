package io.kconmon.shared.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.tls.ReloadingFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * The bearer token (RFC 6750) that all of a cluster's programs share. As a filter it requires the token on all paths
 * but health, readiness and metrics.
 */
public final class BearerToken implements Filter {

    /** Only exact matches count; a similar path needs the token. */
    private static final Set<String> OPEN = Set.of("/metrics", "/readiness", "/health", "/health/live",
            "/health/ready", "/health/started");
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._~+/-]{8,4096}=*");
    private static final String SCHEME = "Bearer ";
    private static final long SAY_NANOS = Duration.ofMinutes(1).toNanos();
    private static final Log LOG = Log.of("http");

    private final ReloadingFile<byte[]> header;
    private final AtomicLong sayAgain = new AtomicLong(System.nanoTime());

    /** @throws io.kconmon.shared.config.BadSettingException in one line, if there is no token in the file */
    public BearerToken(Path file) {
        this.header = new ReloadingFile<>("token-file", List.of(file), BearerToken::parse);
    }

    /** The token of the settings, which may be none. */
    public static Optional<BearerToken> from(Settings settings) {
        return settings.get(CommonSettings.TOKEN_FILE).map(BearerToken::new);
    }

    private static byte[] parse(List<byte[]> contents) {
        String token = new String(contents.getFirst(), StandardCharsets.UTF_8).strip();
        if (!ALLOWED.matcher(token).matches()) {
            throw new IllegalArgumentException(
                    "it must hold a token of 8 to 4096 letters, digits and -._~+/ and nothing else");
        }
        return (SCHEME + token).getBytes(StandardCharsets.UTF_8);
    }

    /** The value of {@code Authorization} with the token. */
    public String header() {
        return new String(header.get(), StandardCharsets.UTF_8);
    }

    /** Takes as long for a token that is nearly right as for any other of its length. */
    boolean isRight(String said) {
        return MessageDigest.isEqual(header.get(), said.getBytes(StandardCharsets.UTF_8));
    }

    /** The same filter, which asks nothing of these requests, either. */
    public Filter unless(Predicate<RoutingRequest> open) {
        return (chain, request, response) -> {
            if (open.test(request)) {
                chain.proceed();
            } else {
                filter(chain, request, response);
            }
        };
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (OPEN.contains(request.path().path())
                || request.headers().first(HeaderNames.AUTHORIZATION).filter(this::isRight).isPresent()) {
            chain.proceed();
            return;
        }
        long now = System.nanoTime();
        long next = sayAgain.get();
        if (now - next >= 0 && sayAgain.compareAndSet(next, now + SAY_NANOS)) {
            LOG.warn("a request without the right token was refused; more are not told for a minute", "from",
                    request.remotePeer().host());
        }
        response.status(Status.UNAUTHORIZED_401).header(HeaderNames.WWW_AUTHENTICATE, "Bearer")
                .header(HeaderValues.CONTENT_TYPE_JSON).send("{\"error\":\"the right token is wanted\"}\n");
    }
}
