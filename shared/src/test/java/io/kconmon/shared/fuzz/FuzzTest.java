package io.kconmon.shared.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.SettingsLoader;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.EventReader;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterEvent;
import io.kconmon.shared.roster.RosterJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes in, there comes out a value or the exception that is documented, in one line. */
class FuzzTest {

    private static final int MAX_EVENT_BYTES = 16 * 1024;
    private static final int MAX_LINE = 1000;

    private static final Roster ROSTER = Roster.of(List.of(new Agent("pod-a", "node-a", "10.0.0.1", "zone-1"),
            new Agent("pod-b", "node-b", "fd00::2", "zöne", 9090, true)));
    private static final String AGENTS = RosterJson.encode(ROSTER.agents()).toString();

    @TempDir
    private Path folder;

    private static void isALine(RuntimeException refusal) {
        String message = String.valueOf(refusal.getMessage());
        assertTrue(message.lines().count() <= 1 && message.length() < MAX_LINE, message);
    }

    @Test
    void lists() {
        Fuzz.run(List.of(AGENTS, "[]", "[{\"name\":\"a\",\"nodeName\":\"a\",\"ip\":\"::1\",\"port\":1}]"), text -> {
            try {
                RosterJson.Parsed parsed = RosterJson.agents(RosterJson.parse(text));
                assertEquals(parsed.agents(),
                        RosterJson.agents(RosterJson.parse(RosterJson.encode(parsed.agents()).toString())).agents());
                parsed.refused().forEach(it -> assertTrue(it.lines().count() <= 1, it));
                assertTrue(Roster.of(parsed.agents()).size() <= parsed.agents().size());
            } catch (IllegalArgumentException e) {
                isALine(e);
            }
        });
    }

    @Test
    void streams() {
        String snapshot = new RosterEvent.Snapshot(ROSTER, Duration.ofSeconds(1)).encode();
        String change = new RosterEvent.Change(Roster.empty().changesTo(ROSTER)).encode();
        String heartbeat = new RosterEvent.Heartbeat(ROSTER.revision(), Duration.ZERO).encode();
        Fuzz.run(List.of(snapshot, change, heartbeat, snapshot + change + heartbeat, ": comment\n\n" + heartbeat),
                text -> {
                    var events = new EventReader(new ByteArrayInputStream(text), MAX_EVENT_BYTES);
                    try {
                        Optional<RosterEvent> event = events.next();
                        while (event.isPresent()) {
                            RosterEvent read = event.get();
                            assertEquals(read.revision(), again(read).revision());
                            event = events.next();
                        }
                    } catch (IllegalArgumentException e) {
                        isALine(e);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private static RosterEvent again(RosterEvent event) throws IOException {
        var text = new ByteArrayInputStream(event.encode().getBytes(StandardCharsets.UTF_8));
        return new EventReader(text, 1024 * 1024).next().orElseThrow();
    }

    @Test
    void settings() {
        Path file = folder.resolve("kconmon.yaml");
        var loader = new SettingsLoader(CommonSettings.ALL);
        Fuzz.run(List.of("port: 8080\nbind-address: 10.0.0.1\nmetricsPrefix: kconmon\ndrain: 7.5s\nlog-level: info\n",
                "{port: 1, drain: 5}", "port:\n", "a: &x [1, 2]\nb: *x\n"), text -> {
                    try {
                        Files.write(file, text);
                        loader.load(Optional.of(file), Map.of(), new Properties()).describe();
                    } catch (BadSettingException e) {
                        isALine(e);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    @Test
    void oneSetting() {
        Fuzz.run(List.of("8080", "250ms", "1.5m", "kconmon", "fe80::1%eth0", "10.0.0.1", "debug"), text -> {
            String value = new String(text, StandardCharsets.UTF_8);
            for (var setting : CommonSettings.ALL) {
                var properties = new Properties();
                properties.setProperty("kconmon." + setting.key(), value);
                try {
                    new SettingsLoader(CommonSettings.ALL).load(Optional.empty(), Map.of(), properties).describe();
                } catch (BadSettingException e) {
                    assertTrue(e.getMessage().startsWith(setting.key() + ": "), e.getMessage());
                }
            }
        });
    }
}
