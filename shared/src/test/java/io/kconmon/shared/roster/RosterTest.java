package io.kconmon.shared.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RosterTest {

    private static final Agent ONE = new Agent("a", "n", "10.0.0.1", "z");

    @Test
    void theRevisionIsOneForTheSameAgentsInAnyOrder() {
        var random = new Random(1);
        for (int i = 0; i < 200; i++) {
            Roster roster = Rosters.random(random);
            Roster other = Roster.of(Rosters.shuffled(roster, random));
            assertEquals(roster.revision(), other.revision());
            assertEquals(roster, other);
            assertEquals(roster.hashCode(), other.hashCode());
            assertEquals(List.copyOf(roster.agents()), List.copyOf(other.agents()));
        }
    }

    @Test
    void theRevisionIsAnotherForAnyFieldThatChanges() {
        var revisions = new HashSet<String>();
        var rosters = new ArrayList<Roster>();
        for (Agent agent : List.of(ONE, new Agent("b", "n", "10.0.0.1", "z"), new Agent("a", "m", "10.0.0.1", "z"),
                new Agent("a", "n", "10.0.0.2", "z"), new Agent("a", "n", "10.0.0.1", "y"),
                new Agent("a", "n", "10.0.0.1", "z", 1, false), new Agent("a", "n", "10.0.0.1", "z", 256, false),
                ONE.withPaused(true), new Agent("an", "n", "10.0.0.1", "z"), new Agent("a", "nn", "10.0.0.1", "z"))) {
            rosters.add(Roster.of(List.of(agent)));
        }
        rosters.add(Roster.empty());
        rosters.add(Roster.of(List.of(ONE, Rosters.agent(1))));
        rosters.forEach(roster -> revisions.add(roster.revision()));
        assertEquals(rosters.size(), revisions.size());
        assertEquals(rosters.size(), new HashSet<>(rosters).size());
    }

    /**
     * Agents go on from one version of the controller to another by it: SHA-256 of all fields, of which a text ends
     * with a zero byte, a port has four bytes and a pause one.
     */
    @Test
    void theRevisionIsStableAcrossReleases() {
        assertEquals("e3b0c44298fc1c14", Roster.empty().revision());
        assertEquals("debbcffc27c2b32d", Roster.of(List.of(ONE)).revision());
    }

    @Test
    void fieldBoundariesMatter() {
        assertNotEquals(Roster.of(List.of(new Agent("ab", "c", "::1", "z"))).revision(),
                Roster.of(List.of(new Agent("a", "bc", "::1", "z"))).revision());
    }

    @Test
    void changesLeadFromAnyRosterToAnyOther() {
        var random = new Random(2);
        for (int i = 0; i < 500; i++) {
            Roster from = Rosters.random(random);
            Roster to = Rosters.random(random);
            RosterChange change = from.changesTo(to);
            assertEquals(to, from.with(change));
            assertEquals(to.revision(), change.revision());
            Set<Agent> moved = new HashSet<>(to.agents());
            moved.removeAll(from.agents());
            assertEquals(moved, new HashSet<>(change.joinedOrChanged()), "no more than what has changed is sent");
            assertEquals(from.agents().stream().map(Agent::name).filter(it -> to.find(it).isEmpty()).toList(),
                    change.left());
        }
    }

    @Test
    void equalRostersHaveNoChanges() {
        Roster roster = Rosters.of(1, 2, 3);
        assertEquals(new RosterChange(roster.revision(), List.of(), List.of()), roster.changesTo(roster));
    }

    @Test
    void aNodesNewPodTakesItsPlaceInOneChange() {
        Roster before = Roster.of(List.of(ONE));
        Roster after = Roster.of(List.of(new Agent("b", "n", "10.0.0.9", "z")));
        assertEquals(after, before.with(before.changesTo(after)));
    }

    @Test
    void aChangeOfAnotherRosterIsRefused() {
        Roster to = Rosters.of(1, 2);
        RosterChange change = Rosters.of(1).changesTo(to);
        Roster wrong = Rosters.of(3);
        var refused = assertThrows(IllegalArgumentException.class, () -> wrong.with(change));
        assertEquals("a change to revision %s ended in %s: it was made from another roster".formatted(to.revision(),
                Rosters.of(2, 3).revision()), refused.getMessage());
    }

    @Test
    void duplicatesAreRefused() {
        refused("name: \"a\" is there twice", ONE, new Agent("a", "m", "::1", "z"));
        refused("nodeName: \"n\" is there twice, as a and b: one agent a node", ONE, new Agent("b", "n", "::1", "z"));
        refused("name: \"a\" is there twice", ONE, ONE);
    }

    private static void refused(String message, Agent... agents) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> Roster.of(List.of(agents))).getMessage());
    }

    @Test
    void isSortedAndFindsByNameAndByNode() {
        Roster roster = Rosters.of(3, 1, 2);
        assertEquals(List.of("kconmon-1", "kconmon-2", "kconmon-3"),
                roster.agents().stream().map(Agent::name).toList());
        assertEquals(Optional.of(Rosters.agent(2)), roster.find("kconmon-2"));
        assertEquals(Optional.empty(), roster.find("node-2"));
        assertEquals(Rosters.agent(2), roster.byNode().get("node-2"));
        assertEquals(3, roster.size());
        assertTrue(Roster.empty().agents().isEmpty());
    }

    @Test
    void cannotBeChangedFromOutside() {
        var agents = new ArrayList<>(List.of(ONE));
        Roster roster = Roster.of(agents);
        agents.clear();
        assertEquals(1, roster.size());
        assertThrows(UnsupportedOperationException.class, () -> roster.agents().clear());
    }
}
