package io.kconmon.agent.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityTest {

    private static final Agent A = new Agent("pod-a", "node-a.example.com", "10.0.0.1", "zone-1");
    private static final Agent B = new Agent("pod-b", "node-b.example.com", "10.0.0.2", "zone-2");
    private static final Roster ROSTER = Roster.of(List.of(A, B));

    private static Identity identity(String pod, String ip, String node) {
        return new Identity(pod, ip, 8080, node, "unknown", false);
    }

    private static Optional<String> foundIn(Roster roster, String pod, String ip, String node) {
        return identity(pod, ip, node).in(roster).map(Agent::name);
    }

    /** Pod, address and node as the settings have them. */
    @ParameterizedTest
    @CsvSource({"pod-a,, node-a.example.com", "POD-A,, other", "pod-a.kconmon.svc,, other", "Pod-A.,, other",
            "other,, node-a.example.com", "other,, NODE-A", "other,, Node-A.Example.com", "node-a,, node-a",
            "other, 10.0.0.1, node-a", "other, 10.0.0.1, NODE-A.example.com", "other, 10.0.0.1, other",
            "pod-b, 10.0.0.1, pod-b", "POD-A, 10.0.0.1, other"})
    void anAgentFindsItself(String pod, String ip, String node) {
        assertEquals(Optional.of("pod-a"), foundIn(ROSTER, pod, ip == null ? "" : ip, node));
    }

    /** The address may have been another's, and a part of a name is none. */
    @ParameterizedTest
    @CsvSource({"other,, node-c", "other, 10.0.0.1, node-c", "pod,, node", "a,, example.com", "pod-a1,, node-a1",
            "other, 10.0.0.3, other"})
    void anAgentThatIsNotInTheRosterIsNotFound(String pod, String ip, String node) {
        assertEquals(Optional.empty(), foundIn(ROSTER, pod, ip == null ? "" : ip, node));
    }

    @Test
    void anAmbiguousMatchIsNoMatch() {
        Roster twins = Roster.of(List.of(new Agent("pod-a", "node.east", "10.0.0.1", "z"),
                new Agent("pod-b", "node.west", "10.0.0.2", "z")));
        assertEquals(Optional.empty(), foundIn(twins, "other", "", "node"));
        assertEquals(Optional.of("pod-b"), foundIn(twins, "other", "10.0.0.2", "node"));
        assertEquals(Optional.of("pod-b"), foundIn(twins, "other", "", "NODE.west"));
    }

    @Test
    void agentsAtOneAddressAreToldApartByTheirPorts() {
        Roster local = Roster.of(List.of(new Agent("pod-a", "node-a", "127.0.0.1", "z", 8080, false),
                new Agent("pod-b", "node-b", "127.0.0.1", "z", 8081, false)));
        assertEquals(Optional.of("pod-a"), foundIn(local, "other", "127.0.0.1", "other"));
        assertEquals(List.of("pod-b"),
                identity("other", "127.0.0.1", "other").others(local).agents().stream().map(Agent::name).toList());
    }

    @Test
    void noAgentTestsItselfUnderAnyName() {
        Roster six = Roster.of(List.of(new Agent("pod-a", "node-a", "FD00:0:0:0:0:0:0:1", "z"), B));
        assertEquals(Roster.of(List.of(B)), identity("x", "fd00::1", "y").others(six));
        assertEquals(Roster.of(List.of(B)), identity("x", "10.0.0.1", "y").others(ROSTER));
        assertEquals(ROSTER, identity("x", "", "y").others(ROSTER));
        assertEquals(ROSTER, identity("x", "10.0.0.9", "y").others(ROSTER));
    }
}
