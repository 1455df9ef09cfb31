package io.kconmon.controller.mesh;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Members in zones of several kinds, by a seed, and the tests that an assignment has between them. */
enum RandomZones {
    ONE {
        @Override
        int zone(int node, int nodes, Random random) {
            return 0;
        }
    },
    THREE_EVEN {
        @Override
        int zone(int node, int nodes, Random random) {
            return node % 3;
        }
    },
    /** Of a thousand nodes the largest has half and the smallest a handful. */
    FIVE_UNEVEN {
        @Override
        int zone(int node, int nodes, Random random) {
            return (int) (5 * Math.pow(random.nextDouble(), 3));
        }
    },
    /** Three zones, and a node alone in a fourth. */
    ONE_ALONE {
        @Override
        int zone(int node, int nodes, Random random) {
            return node == 0 ? 3 : random.nextInt(3);
        }
    },
    /** More zones than nodes have testers. */
    MANY {
        @Override
        int zone(int node, int nodes, Random random) {
            return random.nextInt(30);
        }
    };

    abstract int zone(int node, int nodes, Random random);

    List<Member> members(int nodes, long seed) {
        var random = new Random(seed);
        var members = new ArrayList<Member>();
        for (int i = 0; i < nodes; i++) {
            members.add(member(i, nodes, random));
        }
        return members;
    }

    Member member(int node, int nodes, Random random) {
        return new Member("node-%x-%d".formatted(random.nextInt(4), node), "zone-" + zone(node, nodes, random));
    }

    /** Each test as its source's name and its destination's. */
    static Set<String> tests(List<Member> members, Assignment assignment) {
        var tests = new HashSet<String>();
        for (int i = 0; i < members.size(); i++) {
            for (int tester : assignment.testersOf(i)) {
                tests.add(members.get(tester).node() + " " + members.get(i).node());
            }
        }
        return tests;
    }

    /** How many tests begin or end between the two. */
    static int moved(Set<String> before, Set<String> after) {
        return (int) (before.stream().filter(it -> !after.contains(it)).count()
                + after.stream().filter(it -> !before.contains(it)).count());
    }
}
