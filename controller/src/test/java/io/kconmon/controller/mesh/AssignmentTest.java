package io.kconmon.controller.mesh;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The properties of a bounded mesh, over sizes, zones, seeds and churn. */
final class AssignmentTest {

    private static final int PEERS = 20;
    private static final int ZONE_PAIRS = 10;
    private static final int[] SIZES = {1, 2, 3, 11, 20, 21, 22, 40, 75, 101, 200, 500, 1000, 2500, 5000};

    static Stream<Arguments> meshes() {
        return Stream.of(RandomZones.values()).flatMap(zones -> IntStream.of(SIZES).boxed().flatMap(
                size -> IntStream.range(0, size > 500 ? 1 : 3).mapToObj(seed -> Arguments.of(zones, size, seed))));
    }

    private static Assignment assign(List<Member> members) {
        return Assignment.of(members, PEERS, ZONE_PAIRS);
    }

    @ParameterizedTest
    @MethodSource("meshes")
    void everyNodeIsTestedByEnoughOthers(RandomZones zones, int size, int seed) {
        List<Member> members = zones.members(size, seed);
        Assignment assignment = assign(members);
        for (int i = 0; i < size; i++) {
            int node = i;
            int[] testers = assignment.testersOf(i);
            assertTrue(testers.length >= Math.min(PEERS, size - 1), () -> members.get(node) + ": " + testers.length);
            assertEquals(testers.length, IntStream.of(testers).distinct().count());
            assertTrue(IntStream.of(testers).noneMatch(it -> it == node), "it tests itself");
            assertTrue(IntStream.of(testers).allMatch(
                    it -> Arrays.binarySearch(assignment.peersOf(it), node) >= 0), "its testers do not know");
        }
    }

    @ParameterizedTest
    @MethodSource("meshes")
    void enoughNodesOfEachZoneTestEachZone(RandomZones zones, int size, int seed) {
        List<Member> members = zones.members(size, seed);
        Assignment assignment = assign(members);
        Map<String, Integer> sizes = sizes(members);
        var sources = new HashMap<String, Set<Integer>>();
        for (int i = 0; i < size; i++) {
            for (int tester : assignment.testersOf(i)) {
                sources.computeIfAbsent(members.get(tester).zone() + " " + members.get(i).zone(),
                        none -> new HashSet<>()).add(tester);
            }
        }
        sizes.forEach((from, many) -> sizes.keySet().forEach(to -> {
            int wanted = from.equals(to) && many == 1 ? 0 : Math.min(ZONE_PAIRS, many);
            int found = sources.getOrDefault(from + " " + to, Set.of()).size();
            assertTrue(found >= wanted, () -> from + " to " + to + ": " + found);
        }));
    }

    private static Map<String, Integer> sizes(List<Member> members) {
        var sizes = new TreeMap<String, Integer>();
        members.forEach(it -> sizes.merge(it.zone(), 1, Integer::sum));
        return sizes;
    }

    /** A zone that needs more testers than nodes have elsewhere is the exception, and even in itself. */
    @ParameterizedTest
    @MethodSource("meshes")
    void asManyTestEachNode(RandomZones zones, int size, int seed) {
        List<Member> members = zones.members(size, seed);
        Assignment assignment = assign(members);
        Map<String, Integer> sizes = sizes(members);
        var byZone = new HashMap<String, IntSummaryStatistics>();
        for (int i = 0; i < size; i++) {
            byZone.computeIfAbsent(members.get(i).zone(), none -> new IntSummaryStatistics())
                    .accept(assignment.testersOf(i).length);
        }
        byZone.forEach((zone, testers) -> {
            int needed = sizes.entrySet().stream().filter(it -> !it.getKey().equals(zone) || it.getValue() > 1)
                    .mapToInt(it -> Math.min(ZONE_PAIRS, it.getValue())).sum();
            int usual = Math.min(PEERS, size - 1);
            int most = Math.max(usual, Math.ceilDiv(needed, sizes.getOrDefault(zone, 1)));
            assertTrue(testers.getMax() <= most && testers.getMin() >= Math.max(usual, most - 1),
                    () -> zone + " of " + sizes.get(zone) + ": " + testers + ", most " + most);
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {22, 75, 200, 1000, 5000})
    void inThreeZonesExactlyAsManyTestEachNode(int size) {
        for (RandomZones zones : List.of(RandomZones.ONE, RandomZones.THREE_EVEN)) {
            Assignment assignment = assign(zones.members(size, 7));
            for (int i = 0; i < size; i++) {
                assertEquals(PEERS, assignment.testersOf(i).length);
                assertTrue(Math.abs(assignment.peersOf(i).length - PEERS) <= 2, "as many tests of each");
            }
        }
    }

    /** The mean is 3 for each tester, and what zones add to that is bounded by their number. */
    @ParameterizedTest
    @MethodSource("meshes")
    void oneNodeThatGoesOrComesMovesFewTests(RandomZones zones, int size, int seed) {
        List<Member> members = zones.members(size, seed);
        Set<String> before = RandomZones.tests(members, assign(members));
        var random = new Random(seed);
        int most = 0;
        int sum = 0;
        int times = Math.min(size > 500 ? 3 : 10, size);
        for (int i = 0; i < times; i++) {
            var fewer = new ArrayList<>(members);
            fewer.remove(random.nextInt(size));
            int moved = RandomZones.moved(before, RandomZones.tests(fewer, assign(fewer)));
            most = Math.max(most, moved);
            sum += moved;
        }
        int count = sizes(members).size();
        int mean = sum / times;
        int max = most;
        int byZones = count <= 5 ? 2 * count * ZONE_PAIRS : 2 * count * count;
        assertTrue(max <= 3 * PEERS + byZones, () -> "at most " + max);
        assertTrue(count > 5 || mean <= 3.5 * PEERS, () -> "on average " + mean);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 10, 20, 30})
    void churnMovesTestsInProportion(int percent) {
        for (RandomZones zones : List.of(RandomZones.ONE, RandomZones.THREE_EVEN, RandomZones.ONE_ALONE)) {
            List<Member> members = zones.members(1000, percent);
            var random = new Random(percent);
            List<Member> after = churned(zones, members, percent, random);
            int changes = 2 * percent * members.size() / 100;
            int moved = RandomZones.moved(RandomZones.tests(members, assign(members)),
                    RandomZones.tests(after, assign(after)));
            assertTrue(moved <= 3.2 * PEERS * changes,
                    () -> "%s: %d tests for %d changes".formatted(zones, moved, changes));
        }
    }

    /** So many percent of the nodes go, and as many others come. */
    private static List<Member> churned(RandomZones zones, List<Member> members, int percent, Random random) {
        var after = new ArrayList<>(members);
        Collections.shuffle(after, random);
        int changes = percent * members.size() / 100;
        after.subList(0, changes).clear();
        for (int i = 0; i < changes; i++) {
            after.add(zones.member(members.size() + i, members.size(), random));
        }
        return after;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 10, 30})
    void replicasThatSawChangesInAnotherOrderAssignAlike(int percent) throws Exception {
        for (RandomZones zones : RandomZones.values()) {
            for (int size : new int[]{30, 300, 3000}) {
                List<Member> members = zones.members(size, percent);
                List<Member> one = churned(zones, members, percent, new Random(1));
                var two = new ArrayList<>(one);
                Collections.shuffle(two, new Random(2));
                assertEquals(hash(one), hash(two));
                assertTrue(Set.copyOf(one).equals(Set.copyOf(members)) || !hash(one).equals(hash(members)),
                        "the hash tells meshes apart");
            }
        }
    }

    private static String hash(List<Member> members) throws Exception {
        String tests = new TreeSet<>(RandomZones.tests(members, assign(members))).stream()
                .collect(Collectors.joining("\n"));
        return HexFormat.of().formatHex(
                MessageDigest.getInstance("SHA-256").digest(tests.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aFewNodesAllTestEachOther() {
        Assignment assignment = assign(RandomZones.THREE_EVEN.members(3, 1));
        assertArrayEquals(new int[]{1, 2}, assignment.peersOf(0));
        assertArrayEquals(new int[]{0, 2}, assignment.testersOf(1));
        assertEquals(0, assign(RandomZones.ONE.members(1, 1)).peersOf(0).length);
        assertEquals(Set.of(), RandomZones.tests(List.of(), assign(List.of())));
    }

    /** Replicas of two versions would disagree, and every agent would change its peers at an update. */
    @Test
    void theAssignmentIsTheSameInEveryVersion() throws Exception {
        assertEquals("dc2afaf1b8ef3c27ef76f66b718fd674d8a34bffe7eaae19b663ba76b4decb32",
                hash(RandomZones.FIVE_UNEVEN.members(300, 1)));
    }
}
