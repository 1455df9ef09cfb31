package io.kconmon.controller.mesh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The part of an assignment that zones decide: so many nodes of each zone test a node of each zone, their own included.
 * They are those of the highest weight for that zone (rendezvous hashing), and each takes the next node of the zone on
 * the ring, whom it would mostly test anyway. A node that has as many of these testers as it may have is passed over.
 */
final class ZonePairs {

    /** A node that is to test a node of some zone. */
    private record Tester(int place, long weight) {
    }

    private static final Comparator<Tester> HEAVIEST = Comparator.comparingLong(Tester::weight).reversed()
            .thenComparingInt(Tester::place);

    private final List<Member> ring;
    private final int most;
    /** The places of each zone, ascending. */
    private final SortedMap<String, int[]> zones;
    private final List<List<Integer>> testers = new ArrayList<>();
    private final int[] least;

    /**
     * Decides.
     *
     * @param ring
     *            the members in the ring's order
     * @param least
     *            how many testers a node has in all, if its zone needs no more
     * @param most
     *            how many nodes of a zone test nodes of another one, if it has so many
     */
    ZonePairs(List<Member> ring, int least, int most) {
        this.ring = ring;
        this.most = most;
        this.least = new int[ring.size()];
        Arrays.fill(this.least, least);
        ring.forEach(it -> testers.add(new ArrayList<>()));
        zones = IntStream.range(0, ring.size()).boxed()
                .collect(Collectors.groupingBy(it -> ring.get(it).zone(), TreeMap::new, Collectors
                        .collectingAndThen(Collectors.toList(), it -> it.stream().mapToInt(i -> i).toArray())));
        zones.forEach((zone, places) -> choose(zone, places, least));
    }

    /** The places of the nodes that test the node at a place. */
    List<Integer> testersOf(int place) {
        return testers.get(place);
    }

    /** How many testers the node at a place is to have in all. */
    int leastOf(int place) {
        return least[place];
    }

    private void choose(String zone, int[] tested, int usual) {
        long seed = Member.hash(zone);
        var wanted = new ArrayList<Tester>();
        zones.forEach((from, places) -> {
            if (!from.equals(zone)) {
                wanted.addAll(heaviest(places, seed));
            }
        });
        wanted.sort(HEAVIEST);
        if (tested.length > 1) { // first: a node cannot take the last room if that is its own
            wanted.addAll(0, heaviest(tested, seed));
        }
        int room = Math.max(usual, Math.ceilDiv(wanted.size(), tested.length));
        for (Tester tester : wanted) {
            testers.get(nextWithRoom(tester.place, tested, room)).add(tester.place);
        }
        if (room > usual) { // as even as in the other zones
            for (int place : tested) {
                least[place] = room - 1;
            }
        }
    }

    private List<Tester> heaviest(int[] places, long seed) {
        return IntStream.of(places).mapToObj(it -> new Tester(it, Member.hash(ring.get(it).node(), seed)))
                .sorted(HEAVIEST).limit(most).toList();
    }

    /** The next node after a place that has room, or simply the next one if none has room. */
    private int nextWithRoom(int place, int[] tested, int room) {
        int found = Arrays.binarySearch(tested, place);
        int first = found < 0 ? -found - 1 : found + 1;
        int others = found < 0 ? tested.length : tested.length - 1;
        for (int i = 0; i < others; i++) {
            int next = tested[(first + i) % tested.length];
            if (testers.get(next).size() < room) {
                return next;
            }
        }
        return tested[first % tested.length];
    }
}
