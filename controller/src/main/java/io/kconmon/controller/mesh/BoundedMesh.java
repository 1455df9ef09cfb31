package io.kconmon.controller.mesh;

import static java.util.Objects.requireNonNull;

import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.AgentKey;
import io.kconmon.shared.roster.Roster;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A roster in which each agent has its own peers. Not for several threads at once. */
public final class BoundedMesh {

    private static final int[] NONE = {};

    private final Roster roster;
    private final List<Agent> agents;
    private final Map<String, Integer> byName = new HashMap<>();
    private final long[] hashes;
    private final Assignment assignment;
    private final Rotation rotation;
    private final int[][] classes;
    private final @Nullable Agent[] rotating;
    private @Nullable AgentIndex index;

    /** Assigns peers to all agents of the roster. */
    public BoundedMesh(Roster roster, MeshSettings settings) {
        this.roster = roster;
        agents = List.copyOf(roster.agents());
        hashes = agents.stream().mapToLong(it -> Member.hash(it.nodeName())).toArray();
        IntStream.range(0, agents.size()).forEach(it -> byName.put(agents.get(it).name(), it));
        assignment = Assignment.of(agents.stream().map(it -> new Member(it.nodeName(), it.zone())).toList(),
                settings.peers(),
                settings.zonePairs());
        rotation = Rotation.of(agents.size(), Math.max(1, settings.peers() / 2));
        classes = new int[rotation.classes()][];
        Arrays.setAll(classes, it -> new int[0]);
        for (int agent = 0; agent < hashes.length; agent++) {
            int its = rotation.classOf(hashes[agent]);
            classes[its] = Arrays.copyOf(classes[its], classes[its].length + 1);
            classes[its][classes[its].length - 1] = agent;
        }
        rotating = new Agent[agents.size()];
    }

    /** The agent of that name. */
    public Optional<Agent> find(String name) {
        return Optional.ofNullable(byName.get(name)).map(agents::get);
    }

    /** The agent of that name, or the one that the key describes. */
    public Optional<Agent> find(AgentKey key, String name) {
        return find(name).or(() -> {
            AgentIndex made = index;
            if (made == null) {
                made = new AgentIndex(roster);
                index = made;
            }
            return made.find(key);
        });
    }

    /** How long it takes until every node has tested every other. */
    public Duration cycle() {
        return rotation.cycle();
    }

    /** How many others test an agent of this mesh all the time. */
    public int incoming(Agent agent) {
        return assignment.testersOf(place(agent)).length;
    }

    /** The step that an agent is in. */
    public static long step(Agent agent, long epochMillis) {
        return Rotation.step(Member.hash(agent.nodeName()), epochMillis);
    }

    /**
     * An agent of this mesh, its peers, and those that it tests in this step; empty if that is what it was told
     * before.
     *
     * @param before
     *            null if it was told nothing
     */
    public Optional<Roster> peers(Agent agent, long step, @Nullable Roster before) {
        int own = place(agent);
        int[] lasting = assignment.peersOf(own);
        int[] passing = IntStream.of(classes[rotation.tested(hashes[own], step)])
                .filter(it -> it != own && Arrays.binarySearch(lasting, it) < 0).toArray();
        return differing(IntStream.concat(IntStream.of(own), IntStream.of(lasting)), passing, before);
    }

    /** The peers of an agent that the roster does not name: its neighbour on the ring and that neighbour's peers. */
    public Optional<Roster> peersOfStranger(String node, @Nullable Roster before) {
        long hash = Member.hash(node);
        OptionalInt neighbour = IntStream.range(0, hashes.length).boxed()
                .min(Comparator.comparingLong(it -> hashes[it] - hash + Long.MIN_VALUE)).map(OptionalInt::of)
                .orElse(OptionalInt.empty());
        return differing(IntStream.concat(neighbour.stream(),
                neighbour.stream().flatMap(it -> IntStream.of(assignment.peersOf(it)))), NONE, before);
    }

    private int place(Agent agent) {
        return requireNonNull(byName.get(agent.name()), "the agent is not of this mesh");
    }

    /** Makes a roster, in the order of names, only if it differs from the one before; mostly it does not. */
    private Optional<Roster> differing(IntStream lasting, int[] passing, @Nullable Roster before) {
        int[] all = IntStream.concat(lasting, IntStream.of(passing)).sorted().toArray();
        if (before != null && before.size() == all.length) {
            int at = 0;
            boolean same = true;
            for (Agent told : before.agents()) {
                int place = all[at++];
                same &= told.describesSame(agents.get(place))
                        && told.rotating() == Arrays.binarySearch(passing, place) >= 0;
            }
            if (same) {
                return Optional.empty();
            }
        }
        return Optional.of(Roster.of(IntStream.of(all)
                .mapToObj(it -> Arrays.binarySearch(passing, it) < 0 ? agents.get(it) : rotating(it)).toList()));
    }

    private Agent rotating(int place) {
        Agent made = rotating[place];
        if (made == null) {
            made = agents.get(place).withRotating(true);
            rotating[place] = made;
        }
        return made;
    }
}
