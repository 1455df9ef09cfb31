package io.kconmon.shared.roster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.json.JsonObject;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RosterJsonTest {

    private static final String GOOD = """
            {"name":"a","nodeName":"n","ip":"10.0.0.1","zone":"z"}""";

    @Test
    void anAgentHasTheFirstKconmonsForm() {
        assertEquals(GOOD, RosterJson.encode(new Agent("a", "n", "10.0.0.1", "z")).toString());
        assertEquals("""
                {"name":"a","nodeName":"n","ip":"10.0.0.1","zone":"z","port":9000,"paused":true}""",
                RosterJson.encode(new Agent("a", "n", "10.0.0.1", "z", 9000, true)).toString());
    }

    @Test
    void aWrittenAgentIsReadBack() {
        var random = new Random(3);
        for (int i = 0; i < 200; i++) {
            Roster roster = Rosters.random(random);
            String text = RosterJson.encode(roster.agents()).toString();
            var parsed = RosterJson.agents(RosterJson.parse(text));
            assertEquals(List.copyOf(roster.agents()), parsed.agents());
            assertEquals(List.of(), parsed.refused());
        }
    }

    @Test
    void aHostileNameIsReadBack() {
        var agent = new Agent("a\"b\\c", "</script>{0}%s☃\ud83d\ude00", "10.0.0.1", "é");
        assertEquals(agent, RosterJson.agent(RosterJson.parse(RosterJson.encode(agent).toString())));
    }

    @Test
    void theZoneMayBeMissingAndUnknownFieldsAreIgnored() {
        var json = """
                {"name":"a","nodeName":"n","ip":"::1","labels":{"a":[1,{}]},"ready":null}""";
        assertEquals(new Agent("a", "n", "::1", "unknown"), RosterJson.agent(RosterJson.parse(json)));
    }

    /** Each row puts its value into a field of a good agent. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name     | 7           | name: expected a string, found a number
            name     | null        | name: expected a string, found null
            name     | ""          | name: "" is not allowed; allowed: 1 to 253 printable characters
            name     | "a\\nb"     | name: "a?b" is not allowed; allowed: 1 to 253 printable characters
            nodeName | ["n"]       | nodeName: expected a string, found an array
            nodeName | " "         | nodeName: " " is not allowed; allowed: 1 to 253 printable characters
            zone     | true        | zone: expected a string, found a boolean
            zone     | ""          | zone: "" is not allowed; allowed: 1 to 253 printable characters
            ip       | {}          | ip: expected a string, found an object
            ip       | "node-1"    | ip: "node-1" is not an IPv4 or IPv6 address
            port     | "8080"      | port: expected a whole number, found a string
            port     | 80.5        | port: expected a whole number, found a number
            port     | null        | port: expected a whole number, found null
            port     | 70000       | port: 70000 is not allowed; allowed: 1 to 65535
            port     | -1          | port: -1 is not allowed; allowed: 1 to 65535
            port     | 4294967376  | port: 4294967376 is not allowed; allowed: 1 to 65535
            port     | 1e999999999 | port: expected a whole number, found a number
            port     | 1e99999999999 | port: expected a whole number, found a number
            port     | 99999999999999999999 | port: expected a whole number, found a number
            paused   | "yes"       | paused: expected true or false, found a string
            paused   | 1           | paused: expected true or false, found a number
            paused   | null        | paused: expected true or false, found null
            """)
    void aWrongFieldIsRefused(String field, String value, String message) {
        String agent = "{\"%s\":%s,".formatted(field, value)
                + GOOD.replaceFirst("\"%s\":\"[^\"]*\",?".formatted(field), "").replace(",}", "}").substring(1);
        refused(message, () -> RosterJson.agent(RosterJson.parse(agent)));
        var some = RosterJson.agents(RosterJson.parse("[%s,%s]".formatted(GOOD, agent)));
        assertEquals(1, some.agents().size(), "the others stay");
        assertEquals(List.of("agents[1]." + message), some.refused());
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "nodeName", "ip"})
    void aMissingFieldIsRefused(String field) {
        String agent = GOOD.replaceFirst("\"%s\":\"[^\"]*\",".formatted(field), "");
        refused(field + ": is missing", () -> RosterJson.agent(RosterJson.parse(agent)));
    }

    @Test
    void aValueThatIsNotAnAgentIsRefused() {
        assertEquals(
                List.of("agents[0]: expected an agent, found a string", "agents[1]: expected an agent, found an array",
                        "agents[2]: expected an agent, found null"),
                RosterJson.agents(RosterJson.parse("[\"a\",[],null,%s]".formatted(GOOD))).refused());
        refused("agents[0]: expected an agent, found a string",
                () -> RosterJson.agents(RosterJson.parse("[\"a\",[],null]")));
        refused("expected an array of agents, found an object", () -> RosterJson.agents(RosterJson.parse("{}")));
        refused("expected an array of agents, found a string", () -> RosterJson.agents(RosterJson.parse("\"a\"")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``              | not JSON: Empty byte array provided
            ` `             | not JSON: Unexpected end of the JSON found
            [               | not JSON: Unexpected end of the JSON found
            {"a"            | not JSON: Unexpected end of the JSON found
            [1 2]           | not JSON: Comma or array end expected. Found: '2'
            [1,]            | not JSON: Unexpected end of the array. Possibly incomplete JSON
            {'a':1}         | not JSON: Key name start expected. Found: 0x27
            "abc            | not JSON: Unexpected end of string. Incomplete JSON or incorrect use of the skip method
            "\\x"           | not JSON: Invalid escaped value
            "\\ud800"       | not JSON: Low surrogate must follow the high surrogate.
            ["a","\\u00"]   | not JSON: Incomplete escaped JSON string
            {"a":["\\u0"]}  | not JSON: Incomplete escaped JSON string
            NaN             | not JSON: Unexpected JSON value type. Found: 'N'
            [] x            | not JSON: there is more after its end
            {}{}            | not JSON: there is more after its end
            []]             | not JSON: there is more after its end
            <html>          | not JSON: Unexpected JSON value type. Found: 0x3c
            """)
    void textThatIsNotJsonIsRefused(String text, String message) {
        refused(message, () -> RosterJson.parse(text));
    }

    @Test
    void excessiveInputIsRefused() {
        int many = 1_000_000;
        refused("nested deeper than 16", () -> RosterJson.parse("[".repeat(many)));
        refused("nested deeper than 16", () -> RosterJson.parse("[".repeat(17) + "]".repeat(17)));
        refused("nested deeper than 16", () -> RosterJson.parse("{\"a\":".repeat(many)));
        refused("a number has more than 32 digits", () -> RosterJson.parse("[" + "9".repeat(many) + "]"));
        refused("a number has more than 32 digits", () -> RosterJson.parse("[0." + "1".repeat(33) + "]"));
        String brackets = "[\"" + "[{".repeat(100) + "9".repeat(100) + "\\\"" + "[".repeat(100) + "\"]";
        assertEquals(brackets, RosterJson.parse(brackets).toString(), "in a string they may stand");
        assertEquals("[".repeat(16) + "]".repeat(16), RosterJson.parse("[".repeat(16) + "]".repeat(16)).toString());
    }

    @Test
    void textThatIsNotUtf8IsRefused() {
        refused("not JSON: Invalid UTF-8 sequence in JSON string",
                () -> RosterJson.parse(new byte[]{'[', '"', (byte) 0xff, '"', ']'}));
    }

    @Test
    void onlyWholeNumbersAreTaken() {
        var json = (JsonObject) RosterJson.parse("""
                {"a":1e3,"b":-9223372036854775808,"c":1.0,"d":0.5,"e":"1"}""");
        assertEquals(1000, RosterJson.number(json, "a"));
        assertEquals(Long.MIN_VALUE, RosterJson.number(json, "b"));
        assertEquals(1, RosterJson.number(json, "c"));
        refused("d: expected a whole number, found a number", () -> RosterJson.number(json, "d"));
        refused("e: expected a whole number, found a string", () -> RosterJson.number(json, "e"));
        refused("f: is missing", () -> RosterJson.number(json, "f"));
    }

    /** Whatever comes, it is understood or refused in one short line. */
    @Test
    void noOtherExceptionEscapes() {
        var random = new Random(4);
        String good = RosterJson.encode(Rosters.of(1, 2, 3).agents()).toString();
        String alphabet = "[]{}\",:\\/u0123456789eE+-.truefalsnl \n\u0000\u00e9\u2603";
        for (int i = 0; i < 20_000; i++) {
            byte[] text = switch (i % 3) {
                case 0 -> bytes(random, 40);
                case 1 -> letters(random, alphabet, 60).getBytes(UTF_8);
                default -> mutated(random, good.getBytes(UTF_8));
            };
            try {
                RosterJson.agents(RosterJson.parse(text)).refused().forEach(RosterJsonTest::oneLine);
            } catch (IllegalArgumentException e) {
                oneLine(String.valueOf(e.getMessage()));
            }
        }
    }

    static byte[] bytes(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String letters(Random random, String alphabet, int most) {
        var text = new StringBuilder();
        for (int length = random.nextInt(most); length > 0; length--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /** Some bytes are others, some are gone, and some of it is there twice. */
    static byte[] mutated(Random random, byte[] good) {
        byte[] text = good.clone();
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            int at = random.nextInt(text.length);
            if (random.nextBoolean()) {
                text[at] = (byte) (random.nextBoolean()
                        ? random.nextInt(256)
                        : "[]{}\",:\\0-e".charAt(random.nextInt(11)));
            } else {
                int end = Math.min(text.length, at + random.nextInt(8));
                byte[] shorter = new byte[text.length - (end - at)];
                System.arraycopy(text, 0, shorter, 0, at);
                System.arraycopy(text, end, shorter, at, text.length - end);
                text = shorter;
            }
        }
        return text;
    }

    static void oneLine(String message) {
        assertTrue(message.length() < 400 && message.chars().noneMatch(Character::isISOControl), message);
    }

    private static void refused(String message, Executable parse) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, parse).getMessage());
    }
}
