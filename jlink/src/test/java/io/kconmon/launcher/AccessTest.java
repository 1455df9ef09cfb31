package io.kconmon.launcher;

import static io.kconmon.launcher.Processes.await;
import static io.kconmon.launcher.Processes.get;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.AgentProgram;
import io.kconmon.controller.ControllerProgram;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.Settings;
import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.TestCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A controller with a token and TLS, and agents with right and wrong credentials. */
@Timeout(180)
class AccessTest {

    private static final String CONTROLLER = "127.81.0.250";

    @TempDir
    private Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final CapturedLog log = CapturedLog.withFields("agent");
    private ControllerProgram controller;

    @BeforeEach
    void start() throws Exception {
        certificate("good", CONTROLLER);
        Files.writeString(folder.resolve("token"), "kconmon-marker-secret");
        Files.writeString(folder.resolve("wrong"), "another-kconmon-marker-secret");
        Files.writeString(folder.resolve("roster.yaml"), """
                - {name: a, nodeName: node-a, ip: 127.81.0.1}
                - {name: b, nodeName: node-b, ip: 127.81.0.2}
                """);
        controller = controller("good");
    }

    private ControllerProgram controller(String certificate) {
        var program = new ControllerProgram(Settings.of(Options.ALL, Map.of("roster", "static", "roster-file",
                path("roster.yaml"), "bind-address", CONTROLLER, "port", "0", "token-file", path("token"),
                "tls-certificate", path(certificate + ".crt"), "tls-private-key", path(certificate + ".key"))));
        open.add(program);
        return program;
    }

    @AfterEach
    void stop() throws Exception {
        log.close();
        for (AutoCloseable program : open.reversed()) {
            program.close();
        }
    }

    private String path(String file) {
        return folder.resolve(file).toString();
    }

    private AgentProgram agent(ControllerProgram of, Map<String, String> more) throws IOException {
        var settings = new HashMap<>(Map.of("bind-address", "127.81.0.1", "port", "0", "pod-name", "a", "dns.hosts", "",
                "controller-url", "https://%s:%d".formatted(CONTROLLER, of.port())));
        settings.putAll(more);
        var program = new AgentProgram(Settings.of(Options.ALL, settings));
        open.add(program);
        return program;
    }

    private Page page(AgentProgram agent) {
        try {
            return Page.of(url(agent));
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String url(AgentProgram agent) {
        return "http://127.81.0.1:" + agent.port();
    }

    @Test
    void anAgentWithTheTokenAndTheAuthorityHasTheRoster() throws Exception {
        AgentProgram agent = agent(controller, Map.of("token-file", path("token"), "tls-ca", path("good.crt")));
        await("it has the roster", () -> page(agent).sum("kconmon_roster_agents", "state=active") == 1);
        assertEquals(401, get(url(agent) + "/test/udp").status());
        assertEquals(401,
                get(url(agent) + "/test/udp", "Authorization", "Bearer another-kconmon-marker-secret").status());
        assertEquals(200, get(url(agent) + "/test/udp", "Authorization", "Bearer kconmon-marker-secret").status());
        for (String path : List.of("/readiness", "/health", "/metrics")) {
            assertEquals(200, get(url(agent) + path).status(), path);
        }
    }

    /** One has it all, so that it is known when the others could have had it, too. */
    @Test
    void anAgentWithoutTheTokenOrTheAuthorityHasNoRoster() throws Exception {
        certificate("elsewhere", "127.81.0.9");
        ControllerProgram elsewhere = controller("elsewhere");
        var ca = Map.of("token-file", path("token"), "tls-ca", path("good.crt"));
        List<AgentProgram> without = List.of(agent(controller, Map.of("tls-ca", path("good.crt"))),
                agent(controller, Map.of("tls-ca", path("good.crt"), "token-file", path("wrong"))),
                agent(controller, Map.of("token-file", path("token"))),
                agent(controller, Map.of("token-file", path("token"), "tls-ca", path("elsewhere.crt"))),
                agent(elsewhere, Map.of("token-file", path("token"), "tls-ca", path("elsewhere.crt"))));
        AgentProgram with = agent(controller, ca);
        await("it has the roster", () -> page(with).sum("kconmon_roster_agents", "state=active") == 1);
        for (AgentProgram agent : without) {
            await("it has tried twice", () -> page(agent).sum("kconmon_roster_age_seconds") > 3);
            assertEquals(0, page(agent).sum("kconmon_roster_agents", "state=active"));
        }
        for (String why : List.of("answered 401", "none of the trusted authorities has signed the certificate",
                "No subject alternative names matching IP address " + CONTROLLER)) {
            assertTrue(log.lines().stream().anyMatch(it -> it.contains(why)),
                    () -> why + " is not among " + log.lines());
        }
    }

    /** As the chart's test asks. */
    @Test
    void checkAsksOverTlsWithTheToken() throws Exception {
        String agents = "https://%s:%d/agents".formatted(CONTROLLER, controller.port());
        String ca = "--tls-ca=" + path("good.crt");
        String token = "--token-file=" + path("token");
        Check.run(List.of(ca, token, agents));
        assertEquals("check: %s did not answer 200 within 0 s: it answered 401".formatted(agents),
                refusal(ca, agents));
        assertTrue(refusal(token, agents).contains("none of the trusted authorities has signed the certificate"));
        certificate("elsewhere", "127.81.0.9");
        ControllerProgram elsewhere = controller("elsewhere");
        assertTrue(refusal("--tls-ca=" + path("elsewhere.crt"), token,
                "https://%s:%d/agents".formatted(CONTROLLER, elsewhere.port())).contains("No subject alternative"));
    }

    private static String refusal(String... options) {
        var all = new ArrayList<>(List.of("--within=0"));
        all.addAll(List.of(options));
        return String.valueOf(assertThrows(IOException.class, () -> Check.run(all)).getMessage());
    }

    @Test
    void aHalfSetPairIsRefusedInOneLine() {
        var refused = assertThrows(BadSettingException.class, () -> new ControllerProgram(Settings.of(Options.ALL,
                Map.of("roster", "static", "roster-file", path("roster.yaml"), "tls-certificate", path("good.crt")))));
        assertEquals("tls-certificate: \"%s\" is not allowed (given); allowed: set with tls-private-key, or both empty"
                .formatted(path("good.crt")), refused.getMessage());
    }

    private void certificate(String name, String address) throws IOException {
        TestCertificate.named("controller").names("IP:" + address).make().write(folder.resolve(name + ".crt"),
                folder.resolve(name + ".key"));
    }
}
