package io.kconmon.launcher;

import io.kconmon.shared.client.FailureText;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.FilePath;
import io.kconmon.shared.http.BearerToken;
import io.kconmon.shared.tls.ClientTls;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

/** {@code kconmon check URL…}: for the chart's test, whose image has no shell and no curl. */
final class Check {

    private static final String WITHIN = "--within=";
    private static final String TLS_CA = "--tls-ca=";
    private static final String TOKEN_FILE = "--token-file=";
    private static final String ALLOWED = "http://host:port/path or https, %sSECONDS, %sFILE, %sFILE".formatted(WITHIN,
            TLS_CA, TOKEN_FILE);
    private static final Duration USUAL = Duration.ofSeconds(60);
    private static final int TIMEOUT_MILLIS = 5000;
    private static final long PAUSE_MILLIS = 500;

    private Check() {
    }

    /**
     * One URL, with the authorities and the token for its request.
     *
     * @param trust
     *            the authorities for an https URL; the JDK's if empty
     * @param token
     *            sent if there is one, but not to every URL, because some are not encrypted
     */
    private record Question(URL url, Optional<SSLSocketFactory> trust, Optional<BearerToken> token) {

        /** Empty if the answer is 200. */
        String ask() {
            try {
                var connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
                if (connection instanceof HttpsURLConnection https) {
                    trust.ifPresent(https::setSSLSocketFactory);
                }
                token.ifPresent(it -> connection.setRequestProperty("Authorization", it.header()));
                connection.setConnectTimeout(TIMEOUT_MILLIS);
                connection.setReadTimeout(TIMEOUT_MILLIS);
                connection.setInstanceFollowRedirects(false);
                int status = connection.getResponseCode();
                connection.disconnect();
                return status == HttpURLConnection.HTTP_OK ? "" : "it answered " + status;
            } catch (IOException e) {
                return FailureText.of(e);
            }
        }
    }

    /**
     * Asks repeatedly, because an installation takes its time. An authority and a token are for the URLs after them.
     */
    static void run(List<String> options) throws IOException {
        Duration within = USUAL;
        Optional<SSLSocketFactory> trust = Optional.empty();
        Optional<BearerToken> token = Optional.empty();
        var questions = new ArrayList<Question>();
        for (String option : options) {
            if (option.startsWith(WITHIN)) {
                within = seconds(option.substring(WITHIN.length()));
            } else if (option.startsWith(TLS_CA)) {
                trust = Optional.of(new ClientTls(file(option, TLS_CA)).get().getSocketFactory());
            } else if (option.startsWith(TOKEN_FILE)) {
                token = Optional.of(new BearerToken(file(option, TOKEN_FILE)));
            } else {
                questions.add(new Question(url(option), trust, token));
            }
        }
        if (questions.isEmpty()) {
            throw new BadSettingException(
                    "check: nothing to ask; allowed: http://host:port/path or https, once or more");
        }
        long deadline = System.nanoTime() + within.toNanos();
        for (Question question : questions) {
            await(question, deadline, within);
            System.out.println(question.url + " answers 200");
        }
    }

    private static void await(Question question, long deadline, Duration within) throws IOException {
        while (true) {
            String trouble = question.ask();
            if (trouble.isEmpty()) {
                return;
            }
            if (System.nanoTime() + PAUSE_MILLIS * 1_000_000 >= deadline) {
                throw new IOException("check: %s did not answer 200 within %d s: %s".formatted(question.url,
                        within.toSeconds(), trouble));
            }
            pause();
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("check: interrupted", e);
        }
    }

    private static Duration seconds(String text) {
        if (!text.matches("\\d{1,5}")) {
            throw new BadSettingException(
                    "check: \"%s%s\" is not allowed; allowed: %s0 to 99999".formatted(WITHIN, text, WITHIN));
        }
        return Duration.ofSeconds(Integer.parseInt(text));
    }

    private static Path file(String option, String prefix) {
        return Optional.of(option.substring(prefix.length())).filter(it -> !it.isEmpty()).flatMap(FilePath::of)
                .orElseThrow(() -> refused(option));
    }

    private static URL url(String text) {
        try {
            URL url = URI.create(text).toURL();
            if (url.getProtocol().matches("https?") && !url.getHost().isEmpty()
                    && (url.getPort() == -1 || (url.getPort() >= 1 && url.getPort() <= 65535))) {
                return url;
            }
        } catch (IllegalArgumentException | MalformedURLException e) {
            // reported below
        }
        throw refused(text);
    }

    private static BadSettingException refused(String option) {
        return new BadSettingException("check: \"%s\" is not allowed; allowed: %s".formatted(option, ALLOWED));
    }
}
