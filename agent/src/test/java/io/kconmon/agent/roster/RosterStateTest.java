package io.kconmon.agent.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.testkit.CapturedLog;
import io.kconmon.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RosterStateTest {

    private static final Agent A = new Agent("pod-a", "node-a", "127.0.0.11", "zone-1");
    private static final Agent B = new Agent("pod-b", "node-b", "127.0.0.12", "zone-1");
    private static final Identity UNTOLD = new Identity("pod-a", "127.0.0.99", 8080, "some-host", "unknown", false);
    private static final Identity SELF = new Identity("pod-a", "127.0.0.99", 8080, "node-a", "zone-1", true);

    private record Told(Roster roster, Identity identity) {
    }

    private final CapturedLog log = CapturedLog.withLevels("agent");
    private final List<Told> told = new ArrayList<>();
    private RosterState rosterState = rosterState(UNTOLD);

    private RosterState rosterState(Identity identity) {
        return new RosterState(identity, (roster, as) -> told.add(new Told(roster, as)));
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static Roster roster(Agent... agents) {
        return Roster.of(List.of(agents));
    }

    @Test
    void nothingIsKnownAtFirst() {
        assertFalse(rosterState.isKnown());
        assertFalse(rosterState.isSettled());
        assertEquals(Roster.empty(), rosterState.roster());
        assertEquals(UNTOLD, rosterState.identity());
    }

    /** Every half minute there are others. */
    @Test
    void thoseThatAreTestedForAWhileAreNotLogged() {
        rosterState.set(roster(A), Duration.ZERO);
        rosterState.set(roster(A, B.withRotating(true)), Duration.ZERO);
        assertEquals(List.of("INFO roster changed {agents=1, before=0}"), log.lines());
        rosterState.set(roster(A, B), Duration.ZERO);
        assertEquals(2, log.lines().size());
        assertEquals(3, told.size());
    }

    @Test
    void anAgentFindsItselfByItsName() {
        rosterState.set(roster(A, B), Duration.ZERO);
        assertTrue(rosterState.isKnown());
        assertTrue(rosterState.isSettled());
        assertEquals(SELF, rosterState.identity());
        assertEquals(List.of(new Told(roster(A, B), SELF)), told);
    }

    @Test
    void anAgentFindsItselfByItsAddressIfItsNameIsMissing() {
        rosterState = rosterState(new Identity("some-host", "127.0.0.12", 8080, "some-host", "unknown", false));
        rosterState.set(roster(A, B), Duration.ZERO);
        assertEquals(new Identity("some-host", "127.0.0.12", 8080, "node-b", "zone-1", true), rosterState.identity());
    }

    @Test
    void theNameCountsForMoreThanTheAddress() {
        rosterState = rosterState(new Identity("pod-a", "127.0.0.12", 8080, "some-host", "unknown", false));
        rosterState.set(roster(A, B), Duration.ZERO);
        assertEquals("node-a", rosterState.identity().node());
    }

    @Test
    void anAgentWithoutItsOwnEntryWaitsForItsIdentity() {
        rosterState.set(roster(B), Duration.ZERO);
        assertFalse(rosterState.isSettled());
        assertEquals(List.of(), told);
        rosterState.identify(A);
        assertEquals(List.of(new Told(roster(B), SELF)), told);
        assertTrue(rosterState.isSettled());
    }

    @Test
    void anAgentDoesNotWaitForEverForItsIdentity() {
        rosterState.set(roster(B), Duration.ZERO);
        rosterState.settle();
        assertTrue(rosterState.isSettled());
        assertEquals(List.of(new Told(roster(B), UNTOLD)), told);
        rosterState.set(roster(A, B), Duration.ZERO);
        assertEquals(new Told(roster(A, B), SELF), told.getLast(), "better late");
    }

    /** Its settings have names that the roster does not know; that it was another agent's address has been ruled out. */
    @Test
    void anAgentThatIsNotFoundByNameIsFoundByItsAddressInTheEnd() {
        rosterState = rosterState(new Identity("pod-x", "127.0.0.12", 8080, "some-host", "unknown", false));
        rosterState.set(roster(A, B), Duration.ZERO);
        assertFalse(rosterState.isSettled());
        rosterState.settle();
        assertEquals(new Told(roster(A, B), new Identity("pod-x", "127.0.0.12", 8080, "node-b", "zone-1", true)),
                told.getLast());
        assertEquals(
                "WARNING the roster has other names for the agent at this agent's address: its series have that one's"
                        + " node and zone {name=pod-x, node=some-host, ip=127.0.0.12, agent=pod-b, agentNode=node-b}",
                log.lines().getLast());
    }

    @Test
    void waitingEndsWithoutAnIdentityIfThereIsNoRoster() {
        rosterState.settle();
        assertEquals(List.of(), told);
        rosterState.set(Roster.empty(), Duration.ZERO);
        assertEquals(List.of(new Told(Roster.empty(), UNTOLD)), told, "an empty roster is one");
    }

    @Test
    void anAgentKeepsItsIdentityWhenItsEntryGoes() {
        rosterState.set(roster(A, B), Duration.ZERO);
        rosterState.set(roster(B), Duration.ZERO);
        assertEquals(new Told(roster(B), SELF), told.getLast());
    }

    @Test
    void aNodeThatMovesToAnotherZoneIsThereAtOnce() {
        rosterState.set(roster(A, B), Duration.ZERO);
        rosterState.set(roster(new Agent("pod-a", "node-a", "127.0.0.11", "zone-2"), B), Duration.ZERO);
        assertEquals("zone-2", told.getLast().identity().zone());
    }

    @Test
    void theSameRosterAgainIsNotLogged() {
        rosterState.set(roster(A, B), Duration.ZERO);
        rosterState.set(roster(B, A), Duration.ZERO);
        assertEquals(1, told.size());
    }

    @Test
    void joiningAndLeavingAreLoggedButNotPausing() {
        rosterState.set(roster(A, B), Duration.ZERO);
        rosterState.set(roster(A, B.withPaused(true)), Duration.ZERO);
        rosterState.set(roster(A), Duration.ZERO);
        assertEquals(List.of("INFO roster changed {agents=2, before=0}", "INFO roster changed {agents=1, before=2}"),
                log.lines());
        assertEquals(3, told.size());
    }

    /** A controller decides how often it changes. */
    @Test
    void changesThatComeFastAreOneLine() {
        var clock = new AtomicLong();
        rosterState = new RosterState(UNTOLD, (roster, as) -> told.add(new Told(roster, as)), clock::get);
        for (int i = 0; i < 500; i++) {
            rosterState.set(i % 2 == 0 ? roster(A, B) : roster(A), Duration.ZERO);
        }
        assertEquals(20, log.lines().size());
        assertEquals(500, told.size());
        rosterState.confirm(Duration.ZERO);
        assertEquals(20, log.lines().size());
        clock.addAndGet(Duration.ofSeconds(10).toNanos());
        rosterState.confirm(Duration.ZERO);
        assertEquals("INFO roster changed {agents=1, before=1, changes=480}", log.lines().getLast());
        assertEquals(21, log.lines().size());
    }

    @Test
    void theAgeGrowsUntilTheRosterIsConfirmed() {
        rosterState.set(roster(A, B), Duration.ofMinutes(5));
        assertTrue(rosterState.age().compareTo(Duration.ofMinutes(5)) >= 0);
        rosterState.confirm(Duration.ZERO);
        assertTrue(rosterState.age().compareTo(Duration.ofMinutes(1)) < 0);
        Duration before = rosterState.age();
        Eventually.eventually("it grows", () -> rosterState.age().compareTo(before) > 0);
        rosterState.confirm(Duration.ofHours(1));
        rosterState.set(roster(A, B), Duration.ZERO);
        assertTrue(rosterState.age().compareTo(Duration.ofMinutes(1)) < 0, "an equal roster is right now, too");
    }

    @Test
    void theAgeGrowsFromTheStartIfThereIsNoRoster() {
        Duration before = rosterState.age();
        Eventually.eventually("it grows", () -> rosterState.age().compareTo(before) > 0);
    }
}
