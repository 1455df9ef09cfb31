package io.kconmon.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class RosterFileTest {

    private static final Roster TWO = Roster.of(List.of(new Agent("a", "n", "10.0.0.1", "z"),
            new Agent("b", "m", "fd00::2", "unknown", 9000, true)));

    private static Roster parse(String text) {
        return RosterFile.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
            - name: a
              nodeName: n
              ip: 10.0.0.1
              zone: z
            - {name: b, nodeName: m, ip: "fd00::2", port: 9000, paused: true}
            """, """
            # the nodes of the lab
            agents:
            - {ip: 10.0.0.1, name: "a", nodeName: 'n', zone: z}
            - {ip: fd00::2, name: b, nodeName: m, zone: unknown, port: 9000, paused: true}
            """, """
            [{"name":"a","nodeName":"n","ip":"10.0.0.1","zone":"z"},
             {"name":"b","nodeName":"m","ip":"fd00::2","port":9000,"paused":true}]
            """, """
            \ufeff{"agents":[{"name":"a","nodeName":"n","ip":"10.0.0.1","zone":"z","paused":false},\r
            \t{"name":"b","nodeName":"m","ip":"fd00::2","port":9000,"paused":true}],"version":2}\r
            """})
    void yamlAndJsonAreReadWithOrWithoutAName(String text) {
        assertEquals(TWO, parse(text));
    }

    @Test
    void theControllersListIsAValidFile() {
        assertEquals(TWO, parse(RosterJson.encode(TWO.agents()).toString()));
        assertEquals(Roster.empty(), parse("[]"));
        assertEquals(Roster.empty(), parse("agents: []"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                                    | expected a list of agents, at the top or under "agents"
            # nothing                             | expected a list of agents, at the top or under "agents"
            7                                     | expected a list of agents, at the top or under "agents"
            agents:                               | expected a list of agents, at the top or under "agents"
            agents: {}                            | expected a list of agents, at the top or under "agents"
            agent: []                             | expected a list of agents, at the top or under "agents"
            [a]                                   | agents[0]: expected an agent with the fields ip, name, nodeName, paused, port, zone
            [A, ~]                                | agents[1]: expected an agent with the fields ip, name, nodeName, paused, port, zone
            [{}]                                  | agents[0].name: is missing
            [A, {name: b, nodeName: m}]           | agents[1].ip: is missing
            [{name: a, nodename: n, ip: "::1"}]   | agents[0].nodename: is no field; allowed: ip, name, nodeName, paused, port, zone
            [{1: a}]                              | agents[0].?: is no field; allowed: ip, name, nodeName, paused, port, zone
            [{name: 1, nodeName: n, ip: "::1"}]   | agents[0].name: expected a string, found a number
            [{name: on, nodeName: n, ip: "::1"}]  | agents[0].name: expected a string, found a boolean
            [{name: , nodeName: n, ip: "::1"}]    | agents[0].name: expected a string, found null
            [{name: [], nodeName: n, ip: "::1"}]  | agents[0].name: is neither a text nor a whole number, nor true or false
            [{name: 2001-01-01}]                  | agents[0].name: is neither a text nor a whole number, nor true or false
            [{name: a, nodeName: n, ip: node-1}]  | agents[0].ip: "node-1" is not an IPv4 or IPv6 address
            [{name: a, nodeName: n, ip: 10.1}]    | agents[0].ip: is neither a text nor a whole number, nor true or false
            [{name: a, nodeName: "a\\nb", ip: 10.0.0.2}] | agents[0].nodeName: "a?b" is not allowed; allowed: 1 to 253 printable characters
            [{name: a, nodeName: n, ip: 10.0.0.2, port: 70000}] | agents[0].port: 70000 is not allowed; allowed: 1 to 65535
            [{name: a, nodeName: n, ip: 10.0.0.2, port: "80"}]  | agents[0].port: expected a whole number, found a string
            [{name: a, nodeName: n, ip: 10.0.0.2, port: 9999999999}] | agents[0].port: 9999999999 is not allowed; allowed: 1 to 65535
            [{name: a, nodeName: n, ip: 10.0.0.2, port: 99999999999999999999}] | agents[0].port: is neither a text nor a whole number, nor true or false
            [{name: a, nodeName: n, ip: 10.0.0.2, paused: maybe}] | agents[0].paused: expected true or false, found a string
            [A, A]                                | name: "a" is there twice
            [A, {name: b, nodeName: n, ip: 10.0.0.2}]  | nodeName: "n" is there twice, as a and b: one agent a node
            [{name: a, name: b}]                  | is neither YAML nor JSON: found duplicate key name (line 1, column 12)
            [{name: a}                            | is neither YAML nor JSON: expected ',' or ']', but got <stream end> (line 1, column 11)
            [!!javax.script.ScriptEngineManager []] | is neither YAML nor JSON: Global tag is not allowed: tag:yaml.org,2002:javax.script.ScriptEngineManager (line 1, column 2)
            {a: b                                 | is neither YAML nor JSON: expected ',' or '}', but got <stream end> (line 1, column 6)
            """)
    void anInvalidRosterIsRefused(String text, String message) {
        refused(message, text.replace("A", "{name: a, nodeName: n, ip: 10.0.0.1}"));
    }

    @Test
    void aFileThatIsNotTextIsRefused() {
        var refused = assertThrows(IllegalArgumentException.class,
                () -> RosterFile.parse(new byte[]{'[', (byte) 0xff, ']'}));
        assertEquals("is neither YAML nor JSON: it is not text in UTF-8", refused.getMessage());
    }

    /** snakeyaml has many kinds of errors for these. */
    @ParameterizedTest
    @ValueSource(strings = {"- !!str {name: a}", "!!map [1]", "!!seq {a: 1}", "!!set [1]", "!!int {}", "!!float []",
            "!!null {a: b}", "{? [&a [*a]] : 2}", "!!omap [&a [*a]: 1]", "? - &a {name: *a}", "!!timestamp x",
            "!!binary 1"})
    void anInvalidFileIsRefusedInOneLine(String text) {
        String message = assertThrows(IllegalArgumentException.class, () -> parse(text)).getMessage();
        assertEquals(1, String.valueOf(message).lines().count(), message);
    }

    @Test
    void aBombIsRefusedSoon() {
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
        var narrow = new StringBuilder("a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("a%1$d: &a%1$d [%2$s*a%3$d]\n".formatted(i, "*a%d,".formatted(i - 1).repeat(8), i - 1));
            narrow.append("a%1$d: &a%1$d {*a%2$d: *a%2$d}\n".formatted(i, i - 1));
        }
        String tooMany = "is neither YAML nor JSON: Number of aliases for non-scalar nodes exceeds the specified max=8";
        refused(tooMany, bomb.toString());
        refused(tooMany, narrow.toString());
        refused("is neither YAML nor JSON: Nesting Depth exceeded max 16", "[".repeat(10_000));
        refused("is neither YAML nor JSON: Nesting Depth exceeded max 16", "{a: ".repeat(4_000));
        refused("agents[0]: expected an agent with the fields ip, name, nodeName, paused, port, zone", "&a [*a]");
    }

    private static String agents(int number) {
        var text = new StringBuilder();
        for (int i = 0; i < number; i++) {
            text.append("- {name: a%1$d, nodeName: n%1$d, ip: 10.0.%2$d.%3$d}\n".formatted(i, i / 256, i % 256));
        }
        return text.toString();
    }

    @Test
    void tooManyAgentsAreRefused() {
        String heap = "a heap of %d MB".formatted(Runtime.getRuntime().maxMemory() >> 20);
        assertEquals(RosterFileLimits.MAX_AGENTS, parse(agents(RosterFileLimits.MAX_AGENTS)).size());
        String message = "more than %d agents are too many for %s".formatted(RosterFileLimits.MAX_AGENTS, heap);
        refused(message, agents(RosterFileLimits.MAX_AGENTS + 1));
        refused(message, "agents:\n" + agents(RosterFileLimits.MAX_AGENTS + 1));
        refused(message, "[" + "{},".repeat(600_000) + "{}]");
        refused(message, "[" + "[],".repeat(600_000) + "[]]");
        refused("more than %d names and values are too many for %s".formatted(13 * RosterFileLimits.MAX_AGENTS + 256,
                heap), "[" + "a,".repeat(900_000) + "a]");
    }

    @Test
    void manyUnknownKeysAreRefusedBeforeAnythingIsMadeOfThem() {
        var keys = new StringBuilder();
        for (int i = 0; i < 300_000; i++) {
            keys.append("k").append(i).append(": 1\n");
        }
        refused("a map in it has more than 64 keys", keys.toString());
        refused("a map in it has more than 64 keys", "[{" + keys.toString().replace('\n', ',') + "}]");
    }

    /** To read one takes the parser's time with the square of its length. */
    @Test
    void aPartOfAMillionCharactersIsRefused() {
        refused("a value in it has more than 1024 characters", "- port: " + "7".repeat(5000));
        String message = "more than 16384 bytes without a line's end or a comma are too many";
        for (String part : List.of("- port: 7%s", "{\"a%s\": 1}", "[\"a,%s\"]", "%s[]", "# %s\n[]", "[] # ,,%s\n",
                "['a,%s']", "a,%s", "!%s")) {
            for (String unit : List.of("7", " ", ",,", "\\\"")) {
                if (!part.equals("a,%s") || !unit.equals("\\\"")) {
                    refused(message, part.formatted(unit.repeat(2_000_000)));
                }
            }
        }
    }

    private static void refused(String message, String text) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> parse(text)).getMessage());
    }
}
