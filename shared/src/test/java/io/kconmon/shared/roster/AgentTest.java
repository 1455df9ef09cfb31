package io.kconmon.shared.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class AgentTest {

    private static final String LONGEST = "n".repeat(253);

    static Stream<Arguments> refused() {
        String allowed = " is not allowed; allowed: 1 to 253 printable characters";
        return Stream.of(row("name: \"\"" + allowed, () -> new Agent("", "n", "::1", "z")),
                row("name: \" \"" + allowed, () -> new Agent(" ", "n", "::1", "z")),
                row("nodeName: \"\"" + allowed, () -> new Agent("a", "", "::1", "z")),
                row("zone: \"\"" + allowed, () -> new Agent("a", "n", "::1", "")),
                row("nodeName: \"a?b\"" + allowed, () -> new Agent("a", "a\nb", "::1", "z")),
                row("nodeName: \"a?b\"" + allowed, () -> new Agent("a", "a\u0085b", "::1", "z")),
                row("nodeName: \"a?b\"" + allowed, () -> new Agent("a", "a\u2028b", "::1", "z")),
                row("nodeName: \"a?\"" + allowed, () -> new Agent("a", "a\ud800", "::1", "z")),
                row("name: \"" + "n".repeat(80) + "…\"" + allowed, () -> new Agent(LONGEST + "n", "n", "::1", "z")),
                row("ip: \"\" is not an IPv4 or IPv6 address", () -> new Agent("a", "n", "", "z")),
                row("ip: \"localhost\" is not an IPv4 or IPv6 address", () -> new Agent("a", "n", "localhost", "z")),
                row("ip: \"?[31m\" is not an IPv4 or IPv6 address", () -> new Agent("a", "n", "\u001b[31m", "z")),
                row("port: -1 is not allowed; allowed: 1 to 65535", () -> new Agent("a", "n", "::1", "z", -1, false)),
                row("port: 65536 is not allowed; allowed: 1 to 65535",
                        () -> new Agent("a", "n", "::1", "z", 65536, false)));
    }

    private static Arguments row(String message, Executable agent) {
        return Arguments.of(message, agent);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void invalidAgentsAreRefused(String message, Executable agent) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, agent).getMessage());
    }

    @Test
    void namesThatKubernetesAllowsAreTaken() {
        var agent = new Agent(LONGEST, "ip-10-0-0-1.eu-west-1.compute.internal", "fd00::7", "Zürich 1", 65535, true);
        assertEquals(LONGEST, agent.name());
        assertEquals(new Agent("a", "n", "::1", "z", Agent.COMMON_PORT, false), new Agent("a", "n", "::1", "z"));
    }

    @Test
    void pausesAndGoesOn() {
        var agent = new Agent("a", "n", "::1", "z", 9000, false);
        assertEquals(new Agent("a", "n", "::1", "z", 9000, true), agent.withPaused(true));
        assertEquals(agent, agent.withPaused(true).withPaused(false));
        assertSame(agent, agent.withPaused(false));
    }
}
