package io.kconmon.controller.web;

import io.helidon.json.JsonObject;
import io.helidon.json.JsonParser;
import io.helidon.json.JsonString;
import io.kconmon.testkit.Eventually;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A real Chromium with one tab, driven by the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/)
 * over its own WebSocket: no driver beside it, and all that the tab asks for and complains of is heard.
 */
final class Chromium implements AutoCloseable {

    /** A wait that fails ends the test after this time. */
    static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(50);
    private static final List<String> FLAGS = List.of("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
            "--disable-dev-shm-usage", "--force-color-profile=srgb", "--remote-debugging-port=0",
            "--remote-allow-origins=*", "--enable-precise-memory-info", "about:blank");

    private final Path profile;
    private final Process process;
    private final HttpClient client = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> calls = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();
    private final String session;

    Chromium(int width, int height) throws Exception {
        profile = Files.createTempDirectory("chromium");
        var command = new ArrayList<String>(List.of("chromium", "--user-data-dir=" + profile,
                "--window-size=%d,%d".formatted(width, height)));
        command.addAll(FLAGS);
        process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(new File(profile.toFile(), "log")).start();
        socket = client.newWebSocketBuilder().buildAsync(URI.create("ws://127.0.0.1:" + endpoint()), new Listener())
                .get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
        String target = call("", "Target.getTargets", "{}").arrayValue("targetInfos").orElseThrow().values().stream()
                .map(it -> it.asObject()).filter(it -> it.stringValue("type", "").equals("page"))
                .map(it -> it.stringValue("targetId", "")).findFirst().orElseThrow();
        session = call("", "Target.attachToTarget", "{\"targetId\":\"" + target + "\",\"flatten\":true}")
                .stringValue("sessionId", "");
        for (String domain : List.of("Page", "Runtime", "Network", "Log", "Audits", "HeapProfiler")) {
            call(domain + ".enable", "{}");
        }
        call("Emulation.setScrollbarsHidden", "{\"hidden\":true}");
        size(width, height);
    }

    /** Chromium writes its port and path when it listens. */
    private String endpoint() throws IOException {
        Path file = profile.resolve("DevToolsActivePort");
        await("Chromium listens", () -> Files.exists(file) && Files.readAllLines(file).size() >= 2);
        List<String> lines = Files.readAllLines(file);
        return lines.get(0) + lines.get(1);
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                heard(JsonParser.create(message.toString()).readJsonObject());
                message.setLength(0);
            }
            webSocket.request(1);
            return CompletableFuture.completedFuture(null);
        }
    }

    private void heard(JsonObject message) {
        Optional<Integer> id = message.intValue("id");
        if (id.isPresent()) {
            Optional.ofNullable(calls.remove(id.get())).ifPresent(call -> call.complete(message));
            return;
        }
        JsonObject params = message.objectValue("params", JsonObject.empty());
        switch (message.stringValue("method", "")) {
            case "Network.requestWillBeSent" ->
                requests.add(params.objectValue("request", JsonObject.empty()).stringValue("url", ""));
            case "Network.webSocketCreated", "Network.webTransportCreated" ->
                requests.add(params.stringValue("url", ""));
            case "Runtime.exceptionThrown", "Audits.issueAdded" -> complaints.add(params.toString());
            case "Runtime.consoleAPICalled" -> complaints.add(params.toString());
            case "Log.entryAdded" -> complaints.add(params.objectValue("entry", JsonObject.empty()).toString());
            case "Page.javascriptDialogOpening" -> complaints.add("a dialog: " + params);
            default -> {
                // not asked for
            }
        }
    }

    JsonObject call(String method, String params) {
        return call(session, method, params);
    }

    private JsonObject call(String inSession, String method, String params) {
        int id = ids.incrementAndGet();
        var answer = new CompletableFuture<JsonObject>();
        calls.put(id, answer);
        String to = inSession.isEmpty() ? "" : ",\"sessionId\":\"" + inSession + "\"";
        try {
            socket.sendText("{\"id\":" + id + to + ",\"method\":\"" + method + "\",\"params\":" + params + "}", true)
                    .get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            JsonObject got = answer.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            return got.objectValue("result").orElseThrow(() -> new AssertionError(method + ": " + got));
        } catch (Exception e) {
            throw new AssertionError(method + ": " + e, e);
        }
    }

    void open(String address) {
        call("Page.navigate", "{\"url\":" + JsonString.create(address) + "}");
    }

    /** The value of a JavaScript expression, as text. */
    String eval(String expression) {
        JsonObject got = call("Runtime.evaluate", "{\"awaitPromise\":true,\"returnByValue\":true,\"expression\":"
                + JsonString.create("(async () => String(await (" + expression + ")))()") + "}");
        got.objectValue("exceptionDetails").ifPresent(it -> {
            throw new AssertionError(expression + ": " + it);
        });
        return got.objectValue("result", JsonObject.empty()).stringValue("value", "");
    }

    /** Until the expression is true. */
    void await(String expression) {
        try {
            await(expression, () -> eval(expression).equals("true"));
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + eval("document.body?.innerText") + "\n" + complaints, e);
        }
    }

    private static void await(String what, Eventually.Condition condition) {
        Eventually.eventually(() -> what, DEADLINE, LOOK, condition);
    }

    /** A key by its name as in KeyboardEvent.key. */
    void key(String key) {
        String text = key.length() == 1 ? ",\"text\":\"" + key + "\"" : key.equals("Enter") ? ",\"text\":\"\\r\"" : "";
        int code = switch (key) {
            case "Enter" -> 13;
            case "Tab" -> 9;
            case "Escape" -> 27;
            case "PageUp" -> 33;
            case "PageDown" -> 34;
            case "End" -> 35;
            case "Home" -> 36;
            case "ArrowLeft" -> 37;
            case "ArrowUp" -> 38;
            case "ArrowRight" -> 39;
            case "ArrowDown" -> 40;
            default -> 0;
        };
        String rest = ",\"key\":\"" + key + "\",\"code\":\"" + key + "\",\"windowsVirtualKeyCode\":" + code + "}";
        call("Input.dispatchKeyEvent", "{\"type\":\"keyDown\"" + text + rest);
        call("Input.dispatchKeyEvent", "{\"type\":\"keyUp\"" + rest);
    }

    void type(String text) {
        call("Input.insertText", "{\"text\":" + JsonString.create(text) + "}");
    }

    void pointer(double x, double y) {
        call("Input.dispatchMouseEvent", "{\"type\":\"mouseMoved\",\"x\":" + x + ",\"y\":" + y + "}");
    }

    void click(double x, double y) {
        pointer(x, y);
        for (String type : List.of("mousePressed", "mouseReleased")) {
            call("Input.dispatchMouseEvent",
                    "{\"type\":\"" + type + "\",\"button\":\"left\",\"clickCount\":1,\"x\":" + x
                            + ",\"y\":" + y + "}");
        }
    }

    void size(int width, int height) {
        call("Emulation.setDeviceMetricsOverride", "{\"width\":" + width + ",\"height\":" + height
                + ",\"deviceScaleFactor\":1,\"mobile\":false}");
    }

    /** @param scheme light or dark */
    void prefers(String scheme) {
        call("Emulation.setEmulatedMedia",
                "{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + scheme + "\"}]}");
    }

    void timeZone(String zone) {
        call("Emulation.setTimezoneOverride", "{\"timezoneId\":\"" + zone + "\"}");
    }

    /** The window as it is, as a PNG. */
    byte[] screenshot() {
        String data = call("Page.captureScreenshot", "{\"format\":\"png\",\"optimizeForSpeed\":false}")
                .stringValue("data", "");
        return Base64.getDecoder().decode(data);
    }

    /** The colour that is seen at a point, once it is drawn. */
    int pixel(int x, int y) throws IOException {
        drawn();
        return ImageIO.read(new ByteArrayInputStream(screenshot())).getRGB(x, y);
    }

    /** Until the page has drawn all that is due. */
    void drawn() {
        eval("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
    }

    /** What lives after a collection, in bytes. */
    long heap() {
        call("HeapProfiler.collectGarbage", "{}");
        return call("Runtime.getHeapUsage", "{}").numberValue("usedSize").orElseThrow().longValue();
    }

    /** All addresses that were asked for. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    /** Errors, warnings, violations and whatever else was written to the console. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    /** Complaints that were expected. */
    void forgive() {
        complaints.clear();
    }

    /** All that was heard. */
    void forget() {
        complaints.clear();
        requests.clear();
    }

    @Override
    public void close() throws IOException {
        socket.abort();
        client.shutdownNow();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(profile)) {
            // Its helpers may be writing yet; their files are in the folder of temporary files.
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        }
    }
}
