package io.kconmon.charts;

import com.fasterxml.jackson.databind.JsonNode;
import io.kconmon.testkit.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real one, with the chart's rules. */
final class Prometheus implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String url;
    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();

    Prometheus(Path folder, List<String> targets) throws IOException {
        this(folder, Chart.YAML.readTree("""
                global: {scrape_interval: 1s, evaluation_interval: 1s}
                rule_files: ["%s"]
                scrape_configs:
                  - job_name: kconmon
                    static_configs: [{targets: %s}]
                """.formatted(Expressions.RULES, Chart.JSON.writeValueAsString(targets))));
    }

    Prometheus(Path folder, JsonNode settings) throws IOException {
        Path program = Tool.find("prometheus");
        Path configuration = Files.writeString(folder.resolve("prometheus.json"), settings.toString());
        int port = Ports.free();
        url = "http://127.0.0.1:" + port;
        process = new ProcessBuilder(program.toString(), "--config.file=" + configuration,
                "--storage.tsdb.path=" + folder.resolve("tsdb"), "--web.listen-address=127.0.0.1:" + port,
                "--log.level=error").redirectErrorStream(true).redirectOutput(folder.resolve("prometheus.log").toFile())
                .start();
    }

    /** Until it has a value. */
    void await(Expressions expression) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            try {
                HttpResponse<String> response = query(expression);
                last = response.body();
                JsonNode answer = Chart.JSON.readTree(last);
                if (answer.path("status").asText().equals("error")) {
                    break;
                }
                if (!answer.at("/data/result").isEmpty()) {
                    return;
                }
            } catch (IOException e) {
                last = String.valueOf(e.getMessage()); // it is only starting
            }
            Thread.sleep(200);
        }
        throw new AssertionError("%s%nhas no value: %s".formatted(expression, last));
    }

    boolean accepts(Expressions expression) throws IOException, InterruptedException {
        return query(expression).statusCode() == 200;
    }

    private HttpResponse<String> query(Expressions expression) throws IOException, InterruptedException {
        String body = "query=" + URLEncoder.encode(expression.promql(), StandardCharsets.UTF_8);
        return http.send(HttpRequest.newBuilder(URI.create(url + "/api/v1/query"))
                .header("Content-Type", "application/x-www-form-urlencoded").POST(BodyPublishers.ofString(body))
                .build(), BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
        process.destroy();
        process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join().destroyForcibly();
    }
}
