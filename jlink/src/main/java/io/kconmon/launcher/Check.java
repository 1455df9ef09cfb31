package io.kconmon.launcher;

import io.kconmon.shared.config.BadSettingException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code kconmon check URL…}: for the chart's test, whose image has no shell and no curl. */
final class Check {

    private static final String WITHIN = "--within=";
    private static final Duration USUAL = Duration.ofSeconds(60);
    private static final int TIMEOUT_MILLIS = 5000;
    private static final long PAUSE_MILLIS = 500;

    private Check() {
    }

    /** Asks again and again, for an installation takes its time. */
    static void run(List<String> options) throws IOException {
        Duration within = USUAL;
        var urls = new ArrayList<URL>();
        for (String option : options) {
            if (option.startsWith(WITHIN)) {
                within = seconds(option.substring(WITHIN.length()));
            } else {
                urls.add(url(option));
            }
        }
        if (urls.isEmpty()) {
            throw new BadSettingException("check: nothing to ask; allowed: http://host:port/path, once or more");
        }
        long deadline = System.nanoTime() + within.toNanos();
        for (URL url : urls) {
            await(url, deadline, within);
            System.out.println(url + " answers 200");
        }
    }

    private static void await(URL url, long deadline, Duration within) throws IOException {
        while (true) {
            String trouble = ask(url);
            if (trouble.isEmpty()) {
                return;
            }
            if (System.nanoTime() + PAUSE_MILLIS * 1_000_000 >= deadline) {
                throw new IOException("check: %s did not answer 200 within %d s: %s".formatted(url, within.toSeconds(),
                        trouble));
            }
            pause();
        }
    }

    /** Empty if all is well. */
    private static String ask(URL url) {
        try {
            var connection = (HttpURLConnection) url.openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(TIMEOUT_MILLIS);
            connection.setReadTimeout(TIMEOUT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            int status = connection.getResponseCode();
            connection.disconnect();
            return status == HttpURLConnection.HTTP_OK ? "" : "it answered " + status;
        } catch (IOException e) {
            return e.toString();
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

    private static URL url(String text) {
        try {
            URL url = URI.create(text).toURL();
            if (url.getProtocol().equals("http") && !url.getHost().isEmpty()) {
                return url;
            }
        } catch (IllegalArgumentException | MalformedURLException e) {
            // is told below
        }
        throw new BadSettingException(
                "check: \"%s\" is not allowed; allowed: http://host:port/path, %sSECONDS".formatted(text, WITHIN));
    }
}
