package io.kconmon.controller.mesh;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which nodes test which in a bounded mesh. The nodes stand on a ring, in the order of their names' hashes, and a node
 * is tested by those that stand before it; {@link ZonePairs} makes some of these come from certain zones. A node that
 * comes or goes moves the assignments of its neighbours on the ring and no others, apart from those by zone.
 */
public final class Assignment {

    /** For each member, by its index, the indices of its testers, ascending. */
    private final int[][] testers;
    private final int[][] peers;

    private Assignment(int[][] testers) {
        this.testers = testers;
        this.peers = inverse(testers);
    }

    /**
     * Assigns.
     *
     * @param members
     *            of different names, in any order; results are indices of this list
     * @param least
     *            how many others test each node, or all if there are fewer
     * @param zonePairs
     *            how many nodes of a zone, or all if there are fewer, test nodes of each zone
     */
    public static Assignment of(List<Member> members, int least, int zonePairs) {
        int[] ring = ring(members);
        var byZone = new ZonePairs(IntStream.of(ring).mapToObj(members::get).toList(), least, zonePairs);
        var testers = new int[ring.length][];
        for (int place = 0; place < ring.length; place++) {
            testers[ring[place]] = fill(byZone.testersOf(place), place, ring,
                    Math.min(byZone.leastOf(place), ring.length - 1));
        }
        return new Assignment(testers);
    }

    /** Adds those before a place until there are as many as wanted; returns members. */
    private static int[] fill(List<Integer> some, int place, int[] ring, int wanted) {
        var members = new int[Math.max(wanted, some.size())];
        int count = 0;
        for (int chosen : some) {
            members[count++] = ring[chosen];
        }
        for (int before = place; count < wanted;) {
            before = before == 0 ? ring.length - 1 : before - 1;
            if (!some.contains(before)) {
                members[count++] = ring[before];
            }
        }
        Arrays.sort(members);
        return members;
    }

    /** Indices of members in the ring's order. */
    private static int[] ring(List<Member> members) {
        long[] hashes = members.stream().mapToLong(it -> Member.hash(it.node())).toArray();
        return IntStream.range(0, hashes.length).boxed()
                .sorted(Comparator.<Integer>comparingLong(it -> hashes[it]).thenComparing(it -> members.get(it).node()))
                .mapToInt(Integer::intValue).toArray();
    }

    private static int[][] inverse(int[][] testers) {
        var counts = new int[testers.length];
        for (int[] some : testers) {
            for (int tester : some) {
                counts[tester]++;
            }
        }
        var peers = new int[testers.length][];
        Arrays.setAll(peers, it -> new int[counts[it]]);
        for (int node = testers.length - 1; node >= 0; node--) {
            for (int tester : testers[node]) {
                peers[tester][--counts[tester]] = node;
            }
        }
        return peers;
    }

    /** The members that test this one, ascending. */
    public int[] testersOf(int member) {
        return testers[member].clone();
    }

    /** The members that this one tests, ascending. */
    public int[] peersOf(int member) {
        return peers[member].clone();
    }
}
