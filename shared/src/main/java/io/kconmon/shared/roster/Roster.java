package io.kconmon.shared.roster;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All agents at one moment, sorted by name. Its revision is made from its content, so that every replica of a
 * controller calls the same roster by the same revision and an agent can go on from one replica to another.
 */
public final class Roster {

    private static final Roster EMPTY = new Roster(new TreeMap<>());

    private final SortedMap<String, Agent> byName;
    /** Made when it is asked for: most rosters are equal to the last one and never need it. */
    private volatile @Nullable String revision;

    private Roster(SortedMap<String, Agent> byName) {
        this.byName = Collections.unmodifiableSortedMap(byName);
    }

    public static Roster empty() {
        return EMPTY;
    }

    /** @throws IllegalArgumentException if two agents have one name, or two have one node */
    public static Roster of(Collection<Agent> agents) {
        var byName = new TreeMap<String, Agent>();
        var byNode = new TreeMap<String, Agent>();
        for (Agent agent : agents) {
            if (byName.put(agent.name(), agent) != null) {
                throw new IllegalArgumentException("name: \"%s\" is there twice".formatted(agent.name()));
            }
            Agent other = byNode.put(agent.nodeName(), agent);
            if (other != null) {
                throw new IllegalArgumentException("nodeName: \"%s\" is there twice, as %s and %s: one agent a node"
                        .formatted(agent.nodeName(), other.name(), agent.name()));
            }
        }
        return new Roster(byName);
    }

    public Collection<Agent> agents() {
        return byName.values();
    }

    public Optional<Agent> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    public int size() {
        return byName.size();
    }

    /** 16 hexadecimal digits; equal for equal content, otherwise different. Opaque: revisions have no order. */
    public String revision() {
        String made = revision;
        if (made == null) {
            made = digest(byName.values());
            revision = made;
        }
        return made;
    }

    public RosterChange changesTo(Roster next) {
        var joinedOrChanged = new ArrayList<Agent>();
        for (Agent agent : next.agents()) {
            if (!agent.equals(byName.get(agent.name()))) {
                joinedOrChanged.add(agent);
            }
        }
        var left = new TreeSet<>(byName.keySet());
        left.removeAll(next.byName.keySet());
        return new RosterChange(next.revision(), joinedOrChanged, List.copyOf(left));
    }

    /** @throws IllegalArgumentException if the outcome is not the roster that the change names */
    public Roster with(RosterChange change) {
        var agents = new TreeMap<>(byName);
        change.left().forEach(agents::remove);
        change.joinedOrChanged().forEach(agent -> agents.put(agent.name(), agent));
        Roster next = of(agents.values());
        if (!next.revision().equals(change.revision())) {
            throw new IllegalArgumentException("a change to revision %s ended in %s: it was made from another roster"
                    .formatted(change.revision(), next.revision()));
        }
        return next;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Roster roster && byName.equals(roster.byName);
    }

    @Override
    public int hashCode() {
        return byName.hashCode();
    }

    @Override
    public String toString() {
        return revision() + byName.values();
    }

    private static String digest(Collection<Agent> agents) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (Agent agent : agents) {
                for (String field : List.of(agent.name(), agent.nodeName(), agent.ip(), agent.zone())) {
                    sha.update(field.getBytes(StandardCharsets.UTF_8));
                    sha.update((byte) 0);
                }
                int flags = (agent.paused() ? 1 : 0) + (agent.rotating() ? 2 : 0);
                sha.update(ByteBuffer.allocate(5).putInt(agent.port()).put((byte) flags).flip());
            }
            return HexFormat.of().formatHex(sha.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** By node name, for callers that know peers by their node. */
    public Map<String, Agent> byNode() {
        var byNode = new TreeMap<String, Agent>();
        agents().forEach(agent -> byNode.put(agent.nodeName(), agent));
        return byNode;
    }
}
