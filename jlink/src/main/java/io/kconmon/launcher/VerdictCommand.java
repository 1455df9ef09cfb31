package io.kconmon.launcher;

import io.kconmon.controller.verdict.Replay;
import io.kconmon.shared.client.FailureText;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.FilePath;
import io.kconmon.shared.http.BearerToken;
import io.kconmon.shared.tls.ClientTls;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;

/** {@code kconmon verdict}: an incident looked at afterwards, elsewhere. */
final class VerdictCommand {

    private static final String REPLAY = "--replay";
    private static final String RECORD = "--record";
    private static final String TOKEN_FILE = "--token-file";
    private static final String TLS_CA = "--tls-ca";
    private static final String ALLOWED = "--replay FILE, --replay - (standard input), --record URL [--token-file FILE] [--tls-ca FILE], --help";
    private static final String USAGE = """
            usage: kconmon verdict --replay FILE|-
                   kconmon verdict --record URL [--token-file FILE] [--tls-ca FILE]

              --replay FILE      read reports as JSON lines, print verdicts as JSON lines; - is standard input
              --record URL       print the last hour that the controller at URL has seen, for --replay
              --token-file FILE  the token that the controller wants, if it wants one
              --tls-ca FILE      who has signed for an https URL
            """;
    private static final int CONNECT_MILLIS = 5000;
    private static final int READ_MILLIS = 60_000;

    private VerdictCommand() {
    }

    /**
     * @throws IOException
     *             in one line, also for an invalid line of the recording
     * @throws BadSettingException
     *             for an option that is not allowed, in one line
     */
    static void run(List<String> options) throws IOException {
        // verdicts contain arrows in every locale
        var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        run(options, System.in, out);
        out.flush();
    }

    static void run(List<String> options, InputStream in, PrintStream out) throws IOException {
        if (options.contains("--help") || options.contains("-h")) {
            out.print(USAGE);
            return;
        }
        Map<String, String> values = parse(options);
        String replay = values.get(REPLAY);
        String record = values.get(RECORD);
        if (replay != null && values.size() == 1) {
            replay(replay, in, out);
        } else if (record != null && replay == null) {
            record(url(record), values, out);
        } else {
            throw new BadSettingException("verdict: either %s or %s is wanted; allowed: %s".formatted(REPLAY, RECORD,
                    ALLOWED));
        }
    }

    private static Map<String, String> parse(List<String> options) {
        var values = new HashMap<String, String>();
        for (Iterator<String> it = options.iterator(); it.hasNext();) {
            String[] word = it.next().split("=", 2);
            String value = word.length == 2 ? word[1] : it.hasNext() ? it.next() : "";
            if (!List.of(REPLAY, RECORD, TOKEN_FILE, TLS_CA).contains(word[0])) {
                throw refused(word[0]);
            }
            if (value.isEmpty() || values.put(word[0], value) != null) {
                throw new BadSettingException("verdict: %s wants one value; allowed: %s".formatted(word[0], ALLOWED));
            }
        }
        return values;
    }

    private static void replay(String from, InputStream in, PrintStream out) throws IOException {
        if (from.equals("-")) {
            replay(in, out);
            return;
        }
        Path file = file(REPLAY, from);
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new BadSettingException("verdict: %s: \"%s\" cannot be read".formatted(REPLAY, from));
        }
        try (InputStream recording = Files.newInputStream(file)) {
            replay(recording, out);
        }
    }

    private static void replay(InputStream in, PrintStream out) throws IOException {
        try {
            new Replay().run(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)), line -> {
                out.println(line);
                out.flush();
            });
        } catch (Replay.BadLineException e) {
            throw new IOException("verdict: " + e.getMessage(), e);
        }
    }

    private static void record(URL url, Map<String, String> values, OutputStream out) throws IOException {
        var connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
        if (values.containsKey(TLS_CA) && connection instanceof HttpsURLConnection https) {
            https.setSSLSocketFactory(
                    new ClientTls(file(TLS_CA, values.getOrDefault(TLS_CA, ""))).get().getSocketFactory());
        }
        Optional.ofNullable(values.get(TOKEN_FILE)).map(it -> new BearerToken(file(TOKEN_FILE, it)))
                .ifPresent(it -> connection.setRequestProperty("Authorization", it.header()));
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(READ_MILLIS);
        connection.setInstanceFollowRedirects(false);
        try {
            int status = connection.getResponseCode();
            if (status != HttpURLConnection.HTTP_OK) {
                throw new IOException("it answered " + status);
            }
            try (InputStream recording = connection.getInputStream()) {
                recording.transferTo(out);
            }
        } catch (IOException e) {
            throw new IOException("verdict: %s cannot be recorded: %s".formatted(url, FailureText.of(e)), e);
        } finally {
            connection.disconnect();
        }
    }

    private static URL url(String text) {
        try {
            URL url = URI.create(text.replaceFirst("/+$", "") + "/status/recording").toURL();
            if (url.getProtocol().matches("https?") && !url.getHost().isEmpty() && url.getPort() != 0
                    && url.getPort() <= 65535) {
                return url;
            }
        } catch (IllegalArgumentException | MalformedURLException e) {
            // reported below
        }
        throw new BadSettingException(
                "verdict: %s: \"%s\" is not allowed; allowed: http://host:port or https".formatted(RECORD, text));
    }

    private static Path file(String option, String text) {
        return FilePath.of(text).orElseThrow(() -> new BadSettingException(
                "verdict: %s: \"%s\" is not allowed; allowed: %s".formatted(option, text, FilePath.ALLOWED)));
    }

    private static BadSettingException refused(String option) {
        return new BadSettingException("verdict: \"%s\" is no option; allowed: %s".formatted(option, ALLOWED));
    }
}
