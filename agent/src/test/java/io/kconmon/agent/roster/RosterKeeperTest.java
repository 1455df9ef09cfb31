package io.kconmon.agent.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.support.Eventually;
import io.kconmon.agent.support.LogLines;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RosterKeeperTest {

    private static final Agent A = new Agent("pod-a", "node-a", "127.0.0.11", "zone-1");
    private static final Agent B = new Agent("pod-b", "node-b", "127.0.0.12", "zone-1");
    private static final Self UNTOLD = new Self("pod-a", "127.0.0.99", "some-host", "unknown", false);
    private static final Self SELF = new Self("pod-a", "127.0.0.99", "node-a", "zone-1", true);

    private record Told(Roster roster, Self self) {
    }

    private final LogLines log = new LogLines();
    private final List<Told> told = new ArrayList<>();
    private RosterKeeper keeper = keeper(UNTOLD);

    private RosterKeeper keeper(Self self) {
        return new RosterKeeper(self, (roster, as) -> told.add(new Told(roster, as)));
    }

    @AfterEach
    void close() {
        log.close();
    }

    private static Roster roster(Agent... agents) {
        return Roster.of(List.of(agents));
    }

    @Test
    void atFirstNothingIsKnown() {
        assertFalse(keeper.isKnown());
        assertFalse(keeper.isSettled());
        assertEquals(Roster.empty(), keeper.roster());
        assertEquals(UNTOLD, keeper.self());
    }

    @Test
    void anAgentFindsItselfByItsName() {
        keeper.set(roster(A, B), Duration.ZERO);
        assertTrue(keeper.isKnown());
        assertTrue(keeper.isSettled());
        assertEquals(SELF, keeper.self());
        assertEquals(List.of(new Told(roster(A, B), SELF)), told);
    }

    @Test
    void orByItsAddressIfItsNameIsNotThere() {
        keeper = keeper(new Self("some-host", "127.0.0.12", "some-host", "unknown", false));
        keeper.set(roster(A, B), Duration.ZERO);
        assertEquals(new Self("some-host", "127.0.0.12", "node-b", "zone-1", true), keeper.self());
    }

    @Test
    void theNameCountsForMoreThanTheAddress() {
        keeper = keeper(new Self("pod-a", "127.0.0.12", "some-host", "unknown", false));
        keeper.set(roster(A, B), Duration.ZERO);
        assertEquals("node-a", keeper.self().node());
    }

    @Test
    void withoutItsOwnEntryItWaitsForWhoItIs() {
        keeper.set(roster(B), Duration.ZERO);
        assertFalse(keeper.isSettled());
        assertEquals(List.of(), told);
        keeper.identify(A);
        assertEquals(List.of(new Told(roster(B), SELF)), told);
        assertTrue(keeper.isSettled());
    }

    @Test
    void butNotForEver() {
        keeper.set(roster(B), Duration.ZERO);
        keeper.settle();
        assertTrue(keeper.isSettled());
        assertEquals(List.of(new Told(roster(B), UNTOLD)), told);
        keeper.set(roster(A, B), Duration.ZERO);
        assertEquals(new Told(roster(A, B), SELF), told.getLast(), "better late");
    }

    @Test
    void patienceThatEndsBeforeThereIsARosterTellsNothing() {
        keeper.settle();
        assertEquals(List.of(), told);
        keeper.set(Roster.empty(), Duration.ZERO);
        assertEquals(List.of(new Told(Roster.empty(), UNTOLD)), told, "an empty roster is one");
    }

    @Test
    void whoItIsIsNotForgottenWhenItsEntryGoes() {
        keeper.set(roster(A, B), Duration.ZERO);
        keeper.set(roster(B), Duration.ZERO);
        assertEquals(new Told(roster(B), SELF), told.getLast());
    }

    @Test
    void aNodeThatMovesToAnotherZoneIsThereAtOnce() {
        keeper.set(roster(A, B), Duration.ZERO);
        keeper.set(roster(new Agent("pod-a", "node-a", "127.0.0.11", "zone-2"), B), Duration.ZERO);
        assertEquals("zone-2", told.getLast().self().zone());
    }

    @Test
    void theSameRosterAgainIsNoNews() {
        keeper.set(roster(A, B), Duration.ZERO);
        keeper.set(roster(B, A), Duration.ZERO);
        assertEquals(1, told.size());
    }

    @Test
    void joiningAndLeavingIsLoggedPausingIsNot() {
        keeper.set(roster(A, B), Duration.ZERO);
        keeper.set(roster(A, B.withPaused(true)), Duration.ZERO);
        keeper.set(roster(A), Duration.ZERO);
        assertEquals(List.of("INFO roster changed {agents=2, before=0}", "INFO roster changed {agents=1, before=2}"),
                log.lines());
        assertEquals(3, told.size());
    }

    @Test
    void theAgeGrowsUntilTheRosterIsConfirmed() {
        keeper.set(roster(A, B), Duration.ofMinutes(5));
        assertTrue(keeper.age().compareTo(Duration.ofMinutes(5)) >= 0);
        keeper.confirm(Duration.ZERO);
        assertTrue(keeper.age().compareTo(Duration.ofMinutes(1)) < 0);
        Duration before = keeper.age();
        Eventually.eventually("it grows", () -> keeper.age().compareTo(before) > 0);
        keeper.confirm(Duration.ofHours(1));
        keeper.set(roster(A, B), Duration.ZERO);
        assertTrue(keeper.age().compareTo(Duration.ofMinutes(1)) < 0, "an equal roster is right now, too");
    }

    @Test
    void theAgeGrowsFromTheStartIfThereIsNoRoster() {
        Duration before = keeper.age();
        Eventually.eventually("it grows", () -> keeper.age().compareTo(before) > 0);
    }
}
