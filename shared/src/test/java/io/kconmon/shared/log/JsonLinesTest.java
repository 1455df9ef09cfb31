package io.kconmon.shared.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.json.JsonObject;
import io.helidon.json.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonLinesTest {

    private static final Log LOG = Log.of("test");

    private final Handler[] handlers = Logger.getLogger("").getHandlers();

    @AfterEach
    void logAsBefore() {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.setLevel(Level.INFO);
        for (Handler handler : handlers) {
            root.addHandler(handler);
        }
    }

    /** What stands on standard output after these lines were logged. */
    private List<JsonObject> logged(JsonLines.Threshold threshold, Runnable lines) {
        var out = new ByteArrayOutputStream();
        JsonLines.install(threshold, out);
        lines.run();
        Log.flush();
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.isEmpty() || text.endsWith("\n"), text);
        var parsed = new ArrayList<JsonObject>();
        text.lines().forEach(line -> parsed.add((JsonObject) JsonParser.create(line).readJsonValue()));
        return parsed;
    }

    private JsonObject one(Runnable line) {
        List<JsonObject> lines = logged(JsonLines.Threshold.TRACE, line);
        assertEquals(1, lines.size());
        return lines.getFirst();
    }

    private static String message(JsonObject line) {
        return line.stringValue("message", "none");
    }

    @Test
    void aLineHasItsTimeLevelLoggerAndMessage() {
        var line = new LogRecord(Level.WARNING, "roster changed");
        line.setLoggerName("agent");
        line.setInstant(Instant.parse("2026-02-03T04:05:06.007999Z"));
        assertEquals("""
                {"timestamp":"2026-02-03T04:05:06.007Z","level":"warn","module":"agent","message":"roster changed"}
                """, new JsonLines().format(line));
    }

    @Test
    void fieldsKeepTheirTypes() {
        JsonObject line = one(() -> LOG.info("m", "text", "a", "number", 7, "long", 1L << 40, "double", 0.5, "flag",
                true, "nan", Double.NaN, "other", List.of(1, 2), "without a value"));
        assertEquals("""
                {"text":"a","number":7,"long":1099511627776,"double":0.5,"flag":true,"nan":"NaN","other":"[1, 2]"}""",
                line.objectValue("fields").orElseThrow().toString());
        assertFalse(one(() -> LOG.info("m")).containsKey("fields"));
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', value = {"`a \"quoted\" word`", "`a\\b`", "`a\nb\r\nc\td`", "`\u0000\u001b[31m`",
            "`☃ \ud83d\ude00 é`", "`{0} {1}`", "`it's {0} '{0}'`", "`{`", "`%s %n`", "`</script>`", "`\u2028`"})
    void anyMessageIsOneLineAndComesBack(String text) {
        JsonObject bare = one(() -> LOG.info(text));
        assertEquals(text, message(bare));
        JsonObject line = one(() -> LOG.info(text, text, text));
        assertEquals(text, message(line));
        assertEquals(text, line.objectValue("fields").orElseThrow().stringValue(text, "none"));
    }

    @Test
    void aBugBringsItsStackTraceInTheSameLine() {
        JsonObject line = one(
                () -> LOG.bug("a loop failed", new IllegalStateException("a \"b\"\nc"), "peer", "node-1"));
        assertEquals("a loop failed", message(line));
        assertEquals("error", line.stringValue("level", "none"));
        String trace = line.stringValue("exception", "none");
        assertTrue(trace.startsWith("java.lang.IllegalStateException: a \"b\"\nc\n\tat io.kconmon"), trace);
        assertFalse(one(() -> LOG.error("m", "reason", "r")).containsKey("exception"));
    }

    @ParameterizedTest
    @CsvSource({"TRACE, trace debug info warn error", "DEBUG, debug info warn error", "INFO, info warn error",
            "WARN, warn error", "ERROR, error", "OFF, ''"})
    void theThresholdLeavesOutLessSevereLines(JsonLines.Threshold threshold, String levels) {
        List<JsonObject> lines = logged(threshold, () -> {
            Logger.getLogger("test").finest("m");
            LOG.debug("m");
            LOG.info("m");
            LOG.warn("m");
            LOG.error("m");
        });
        assertEquals(levels, String.join(" ", lines.stream().map(it -> it.stringValue("level", "none")).toList()));
    }

    /** Helidon, dnsjava and fabric8 log through the JDK, some with patterns. */
    @Test
    void linesOfLibrariesAreJsonToo() {
        JsonObject line = one(() -> Logger.getLogger("io.helidon.webserver").log(Level.CONFIG, "port {0} of {1}",
                new Object[]{"8080", "a"}));
        assertEquals("port 8080 of a", message(line));
        assertEquals("debug", line.stringValue("level", "none"));
        assertEquals("io.helidon.webserver", line.stringValue("module", "none"));
        assertEquals("x", message(one(() -> Logger.getAnonymousLogger().info("x"))));
    }

    /** The JDK would log them at this level, and an argument may be a secret of somebody's plugin. */
    @Test
    void theArgumentsOfCommandsAreNotLogged() {
        assertEquals(List.of(), logged(JsonLines.Threshold.TRACE, () -> {
            try {
                assertEquals(0, new ProcessBuilder("true", "--token=kconmon-marker-secret").start().waitFor());
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }));
    }
}
