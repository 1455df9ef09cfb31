package io.kconmon.launcher;

import io.kconmon.controller.status.MeshHealth;
import io.kconmon.shared.client.Endpoint;
import io.kconmon.shared.client.FailureText;
import io.kconmon.shared.net.HostPort;
import io.kconmon.shared.client.Client;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.FilePath;
import io.kconmon.shared.http.BearerToken;
import io.kconmon.shared.tls.ClientTls;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code kconmon status [URL]}: a controller's status of the mesh, as text. */
final class StatusCommand {

    /** Exit status: all is well. */
    static final int WELL = 0;
    /** Exit status: a verdict holds. */
    static final int VERDICT = 1;
    /** Exit status: nobody knows, or nobody can be asked. */
    static final int UNKNOWN = 2;

    private static final String DEFAULT_URL = "http://127.0.0.1:8080";
    private static final String ALLOWED = "--watch, --token-file FILE, --tls-ca FILE, and one URL (http://host:port or https; %s if none is given)"
            .formatted(DEFAULT_URL);
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final Duration REDRAW = Duration.ofSeconds(2);
    private static final int MOST_BYTES = 4 << 20;
    private static final int OK = 200;
    private static final String CLEAR = "\u001b[H\u001b[2J";

    private final Client client;
    private final String path;
    private final URI uri;

    private StatusCommand(URI uri, Optional<BearerToken> token, Optional<ClientTls> tls, boolean coloured) {
        this.uri = uri;
        this.client = new Client(new Endpoint(uri, token, tls), SILENCE, MOST_BYTES);
        this.path = uri.getRawPath().replaceAll("/$", "") + "/status" + (coloured ? "?colour=true" : "");
    }

    /**
     * Prints the status, once or until Ctrl-C.
     *
     * @param terminal
     *            whether the output is a terminal, which takes colours and can be redrawn
     * @return the exit status
     * @throws BadSettingException
     *             for an option that is not allowed, in one line
     */
    static int run(List<String> options, PrintStream out, PrintStream err, boolean terminal) {
        boolean watch = false;
        Optional<BearerToken> token = Optional.empty();
        Optional<ClientTls> tls = Optional.empty();
        Optional<URI> uri = Optional.empty();
        for (Iterator<String> it = options.iterator(); it.hasNext();) {
            String[] word = it.next().split("=", 2);
            switch (word[0]) {
                case "--watch" -> watch = true;
                case "--token-file" -> token = Optional.of(new BearerToken(file(word, it)));
                case "--tls-ca" -> tls = Optional.of(new ClientTls(file(word, it)));
                default -> {
                    String text = String.join("=", word);
                    if (uri.isPresent()) {
                        throw refused(text);
                    }
                    uri = Optional.of(uri(text));
                }
            }
        }
        boolean coloured = terminal && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
        var command = new StatusCommand(uri.orElseGet(() -> URI.create(DEFAULT_URL)), token, tls, coloured);
        return watch ? command.watch(out, err, terminal) : command.once(out, err, "");
    }

    private int watch(PrintStream out, PrintStream err, boolean terminal) {
        var last = new AtomicInteger(UNKNOWN);
        try {
            // Ctrl-C is how it ends, and then the last status counts.
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> Runtime.getRuntime().halt(last
                    .get())));
            while (true) {
                last.set(once(out, err, terminal ? CLEAR : ""));
                Thread.sleep(REDRAW);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return last.get();
        }
    }

    private int once(PrintStream out, PrintStream err, String before) {
        try {
            Client.Answer answer = client.get(path, Map.of("Accept", "text/plain"), WITHIN);
            if (answer.status() != OK) {
                err.println("kconmon: status: %s answered %d %s".formatted(uri, answer.status(), answer.firstLine()));
                return UNKNOWN;
            }
            out.print(before + answer.body());
            out.flush();
            String health = answer.headers().getOrDefault(MeshHealth.HEADER.toLowerCase(Locale.ROOT), "");
            return health.equals(MeshHealth.WELL.label())
                    ? WELL
                    : health.equals(MeshHealth.VERDICT.label()) ? VERDICT : UNKNOWN;
        } catch (IOException | IllegalArgumentException e) {
            err.println("kconmon: status: %s: %s".formatted(uri, FailureText.of(e)));
            return UNKNOWN;
        }
    }

    private static Path file(String[] word, Iterator<String> more) {
        String value = word.length == 2 ? word[1] : more.hasNext() ? more.next() : "";
        return Optional.of(value).filter(it -> !it.isEmpty()).flatMap(FilePath::of)
                .orElseThrow(() -> refused(word[0]));
    }

    private static URI uri(String text) {
        try {
            URI uri = new URI(text);
            if (HostPort.of(uri).isPresent() && uri.getRawQuery() == null
                    && String.valueOf(uri.getScheme()).matches("https?")) {
                return uri;
            }
        } catch (URISyntaxException e) {
            // reported below
        }
        throw refused(text);
    }

    private static BadSettingException refused(String word) {
        return new BadSettingException("status: \"%s\" is not allowed; allowed: %s".formatted(word, ALLOWED));
    }
}
