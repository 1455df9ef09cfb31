package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.k8s.Membership.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole truth table: every combination is met by exactly one line of the rule. */
class MembershipTest {

    /**
     * Node: gone, Ready, or down (NotReady). Pod: Ready, not Ready but was, or never was. Asked: its deletion was not
     * asked for, or before the node went down, or after.
     */
    private static final String RULE = """
            node       cordoned leaving pod       ip  ended asked     verdict
            gone       *        *       *         *   *     *         OUT
            ready|down *        yes     *         *   *     *         OUT
            ready|down *        no      *         *   yes   *         OUT
            ready|down *        no      *         no  no    *         OUT
            ready|down *        no      never     yes no    *         OUT
            ready      *        no      ready     yes no    not       IN
            ready      *        no      was       yes no    not       PAUSED
            ready      *        no      ready|was yes no    before    OUT
            ready      *        no      ready|was yes no    after     OUT
            down       no       no      ready|was yes no    not       IN
            down       yes      no      ready|was yes no    not       PAUSED
            down       no       no      ready|was yes no    after     IN
            down       yes      no      ready|was yes no    after     OUT
            down       *        no      ready|was yes no    before    OUT
            """;

    private static final Instant DOWN = Instant.parse("2026-01-01T12:00:00Z");

    record Case(String node, String cordoned, String leaving, String pod, String ip, String ended,
            String asked) {

        List<String> columns() {
            return List.of(node, cordoned, leaving, pod, ip, ended, asked);
        }

        @Nullable
        NodeState nodeState() {
            return node.equals("gone")
                    ? null
                    : new NodeState("z", node.equals("down") ? DOWN : null, leaving.equals("yes"),
                            cordoned.equals("yes"));
        }

        PodState podState() {
            Instant deletion = switch (asked) {
                case "before" -> DOWN.minusSeconds(1);
                case "after" -> DOWN.plusSeconds(60);
                default -> null;
            };
            return new PodState("pod", "node", ip.equals("yes") ? "10.0.0.1" : "", pod.equals("ready"),
                    !pod.equals("never"), ended.equals("yes"), deletion, Instant.EPOCH);
        }
    }

    static Stream<Case> all() {
        var cases = new ArrayList<Case>();
        var yesNo = List.of("yes", "no");
        for (String node : List.of("gone", "ready", "down")) {
            for (String cordoned : yesNo) {
                for (String leaving : yesNo) {
                    for (String pod : List.of("ready", "was", "never")) {
                        for (String ip : yesNo) {
                            for (String ended : yesNo) {
                                for (String asked : List.of("not", "before", "after")) {
                                    cases.add(new Case(node, cordoned, leaving, pod, ip, ended, asked));
                                }
                            }
                        }
                    }
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void everyCombination(Case one) {
        List<String> verdicts = RULE.lines().skip(1).map(line -> List.of(line.split(" +")))
                .filter(line -> meets(line, one))
                .map(List::getLast).toList();
        assertEquals(1, verdicts.size(), () -> one + " is met by " + verdicts);
        assertEquals(Verdict.valueOf(verdicts.getFirst()), Membership.of(one.podState(), one.nodeState()));
    }

    private static boolean meets(List<String> line, Case one) {
        for (int i = 0; i < one.columns().size(); i++) {
            String allowed = line.get(i);
            if (!allowed.equals("*") && !Arrays.asList(allowed.split("\\|")).contains(one.columns().get(i))) {
                return false;
            }
        }
        return true;
    }

    @Test
    void aDeletionInTheSecondOfANodeFailureCountsAsTheDeadNodes() {
        var node = new NodeState("z", DOWN, false, false);
        var pod = new PodState("pod", "node", "10.0.0.1", false, true, false, DOWN, Instant.EPOCH);
        assertEquals(Verdict.IN, Membership.of(pod, node));
    }
}
