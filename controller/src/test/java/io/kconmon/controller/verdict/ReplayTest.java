package io.kconmon.controller.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whole recordings as text, and what is said of them. */
class ReplayTest {

    private static final long START = 1_764_153_000;
    private static final String WELL = "\"udp\":{\"sent\":5,\"received\":5,\"forwardLost\":0,\"backwardLost\":0},"
            + "\"tcp\":{\"pass\":1,\"fail\":0}";

    /** What one says of another in one interval; empty if nothing strange. */
    interface Said {
        String of(int source, int destination, int at);
    }

    private static String recording(int nodes, int seconds, IntFunction<String> zone, Said said) {
        var lines = new StringBuilder("{\"at\":%d,\"roster\":[".formatted(START));
        for (int node = 1; node <= nodes; node++) {
            lines.append("%s{\"node\":\"node-%d\",\"zone\":\"%s\"}".formatted(node > 1 ? "," : "", node,
                    zone.apply(node)));
        }
        lines.append("]}\n");
        for (int at = 5; at <= seconds; at += 5) {
            for (int source = 1; source <= nodes; source++) {
                lines.append("{\"at\":%d.%d,\"source\":\"node-%d\",\"interval\":5,\"peers\":[".formatted(START + at,
                        source, source));
                String comma = "";
                for (int destination = 1; destination <= nodes; destination++) {
                    if (destination != source) {
                        String what = said.of(source, destination, at);
                        lines.append("%s{\"destination\":\"node-%d\",%s}".formatted(comma, destination,
                                what.isEmpty() ? WELL : what));
                        comma = ",";
                    }
                }
                lines.append("]}\n");
            }
        }
        return lines.toString();
    }

    private static List<String> replay(String recording) throws Exception {
        var out = new ArrayList<String>();
        new Replay().run(new BufferedReader(new StringReader(recording)), out::add);
        return out;
    }

    private static String words(String line) {
        return line.substring(line.indexOf("\"words\":\"") + 9, line.length() - 2);
    }

    @Test
    void aDeadFlowIsNotALossyPair() throws Exception {
        List<String> said = replay(recording(6, 200, node -> "zone-a", (source, destination, at) -> {
            boolean there = source == 1 && destination == 4;
            boolean back = source == 4 && destination == 1;
            return at > 60 && at <= 120 && (there || back)
                    ? ("\"udp\":{\"sent\":5,\"received\":4,\"forwardLost\":%d,\"backwardLost\":%d%s},"
                            + "\"tcp\":{\"pass\":1,\"fail\":0}").formatted(there ? 1 : 0, back ? 1 : 0,
                                    there && at > 75 ? ",\"flows\":[0,0,100,0,0]" : "")
                    : "";
        }));
        assertEquals(2, said.size(), said.toString());
        assertTrue(said.get(0).contains("\"event\":\"begins\",\"kind\":\"flow\",\"source\":\"node-1\","
                + "\"destination\":\"node-4\",\"direction\":\"to\",\"protocol\":\"udp\""), said.get(0));
        assertEquals("node-1 → node-4: 1 of 5 flows is dead since 10:31:02: a bad link of several",
                words(said.get(0)));
        assertTrue(said.get(1).contains("\"event\":\"ends\",\"kind\":\"flow\""), said.get(1));
    }

    /** What such a flow loses is never answered, so nobody tells where; the agent at its other end has flows of its own. */
    @Test
    void aDeadFlowOfOneAgentIsNamed() throws Exception {
        List<String> said = replay(recording(12, 200, node -> "zone-a", (source, destination, at) -> {
            boolean lossy = at > 60 && at <= 120 && source == 5 && destination == 2;
            return lossy
                    ? "\"udp\":{\"sent\":5,\"received\":4%s},\"tcp\":{\"pass\":1,\"fail\":0}"
                            .formatted(at > 90 ? ",\"flows\":[0,30,0,0,0]" : "")
                    : "";
        }));
        assertEquals(2, said.size(), said.toString());
        assertTrue(said.get(0).contains("\"event\":\"begins\",\"kind\":\"flow\",\"source\":\"node-5\","
                + "\"destination\":\"node-2\",\"direction\":\"both\",\"protocol\":\"udp\""), said.get(0));
        assertEquals("node-5 → node-2: 1 of 5 flows is dead since 10:31:03: a bad link of several",
                words(said.get(0)));
        assertTrue(said.get(1).contains("\"event\":\"ends\",\"kind\":\"flow\""), said.get(1));
    }

    @Test
    void aStalledAgentIsNotTheNetwork() throws Exception {
        List<String> said = replay(recording(6, 120, node -> "zone-" + (char) ('a' + node % 3),
                (source, destination, at) -> destination == 5 && at > 60
                        ? "\"udp\":{\"sent\":5,\"received\":0},\"tcp\":{\"pass\":0,\"fail\":1,\"causes\":{\"stalled\":1}}"
                        : ""));
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.getFirst().contains("\"kind\":\"agent\",\"node\":\"node-5\""), said.getFirst());
        assertTrue(words(said.getFirst()).matches(
                "the agent on node-5 is stalled since 10:31:0.: its kernel answers"), said.getFirst());
    }

    @Test
    void theIntervalInWhichAFaultBeganDoesNotCount() throws Exception {
        List<String> said = replay(recording(12, 100, node -> "zone-" + (char) ('a' + node % 3),
                (source, destination, at) -> {
                    boolean there = source % 3 == 0 && destination % 3 == 1;
                    boolean back = source % 3 == 1 && destination % 3 == 0;
                    return (at > 65 && (there || back)) || (at == 65 && source == 3 && there)
                            ? ("\"udp\":{\"sent\":5,\"received\":4,\"forwardLost\":%d,\"backwardLost\":%d},"
                                    + "\"tcp\":{\"pass\":1,\"fail\":0}").formatted(there ? 1 : 0, back ? 1 : 0)
                            : "";
                }));
        assertEquals(1, said.size(), said.toString());
        assertEquals("zone-a → zone-b loses 20 % of UDP packets since 10:31:03", words(said.getFirst()));
    }

    @Test
    void oneAgentsReportsBlameNobody() throws Exception {
        assertEquals(List.of(), replay(recording(6, 200, node -> "zone-a", (source, destination, at) -> source == 2
                && at > 60
                        ? "\"udp\":{\"sent\":5,\"received\":0},\"tcp\":{\"pass\":0,\"fail\":1,\"causes\":{\"timeout\":1}}"
                        : "")));
    }

    @Test
    void aFailureOfTcpAloneHasNoDirection() throws Exception {
        List<String> said = replay(recording(6, 120, node -> "zone-a", (source, destination, at) -> at > 60
                && (source == 3 || destination == 3) && (source + destination + at / 5) % 2 == 0
                        ? "\"udp\":{\"sent\":5,\"received\":5,\"forwardLost\":0,\"backwardLost\":0},"
                                + "\"tcp\":{\"pass\":0,\"fail\":1,\"causes\":{\"unacknowledged\":1}}"
                        : ""));
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.getFirst().contains("\"kind\":\"node\",\"node\":\"node-3\",\"direction\":\"both\","
                + "\"protocol\":\"tcp\""), said.getFirst());
    }

    /** Node 3 dies in the middle of the interval that ends at 60 s; all report at the same moment. */
    private static String deadNodeInStep(int seconds) {
        String inStep = recording(6, seconds, node -> "zone-a", (source, destination, at) -> {
            if (destination != 3 || at < 60) {
                return "";
            }
            return at == 60
                    ? "\"udp\":{\"sent\":5,\"received\":2,\"forwardLost\":3,\"backwardLost\":0},\"tcp\":{\"pass\":1,\"fail\":0}"
                    : "\"udp\":{\"sent\":5,\"received\":0,\"forwardLost\":null},\"tcp\":{\"pass\":0,\"fail\":1}";
        }).replaceAll("(\"at\":[0-9]+)\\.[0-9]+", "$1.0");
        return inStep.lines()
                .filter(it -> !it.contains("\"source\":\"node-3\"") || it.compareTo("{\"at\":" + (START + 60)) < 0)
                .collect(Collectors.joining("\n"));
    }

    @Test
    void reportsOfOneMomentAreJudgedTogether() throws Exception {
        List<String> said = replay(deadNodeInStep(70));
        assertEquals(1, said.size(), said.toString());
        assertTrue(said.getFirst().startsWith("{\"at\":%d".formatted(START + 65)), said.getFirst());
        assertTrue(said.getFirst().contains("\"kind\":\"node\",\"node\":\"node-3\",\"direction\":\"both\""),
                said.getFirst());
    }

    @Test
    void aVerdictThatEndsForWantOfReportsDoesNotBeginAgain() throws Exception {
        List<String> said = replay(deadNodeInStep(100) + "\n{\"at\":%d,\"roster\":[]}\n".formatted(START + 400));
        assertEquals(2, said.size(), said.toString());
        assertTrue(said.get(1).contains("\"event\":\"ends\""), said.get(1));
        assertTrue(said.get(1).compareTo("{\"at\":" + (START + 300)) < 0, said.get(1));
    }

    @Test
    void aBrokenLineIsNamedByItsNumber() {
        String recording = recording(2, 5, node -> "zone-a", (source, destination, at) -> "") + "\n{\"at\":5}\n";
        assertEquals("line 5: neither a roster nor a report: roster or source is missing",
                assertThrows(Replay.BadLineException.class, () -> replay(recording)).getMessage());
    }
}
