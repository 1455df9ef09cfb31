package io.kconmon.controller.verdict;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The paths whose round trips are known at one time, and which of them are slow. */
final class SlowPaths {

    /** The age, in intervals, from which on a report says nothing of the present. */
    static final double FRESH = 2.2;
    /** The lower quartile of a zone pair's paths is right if one of two nodes in each is slow. */
    private static final double QUARTILE = 0.25;
    private static final int ENOUGH = 4;
    private static final double FEW = 0.1;
    /** Nodes without a zone may be anywhere. */
    private static final String NO_ZONE = "unknown";

    private final NodeIndex nodes;
    private final RoundTrips roundTrips;
    private final double oldest;
    private final double interval;
    private final List<SlowPath> all = new ArrayList<>();
    private int slow;
    private int emerging;

    SlowPaths(NodeIndex nodes, RoundTrips roundTrips, double now, double interval) {
        this.nodes = nodes;
        this.roundTrips = roundTrips;
        this.interval = interval;
        oldest = now - FRESH * interval;
        Map<Long, Float> ofZones = ofZones();
        for (RoundTrips.Row row : roundTrips.rows()) {
            for (int i = 0; isFresh(row) && i < row.paths.length; i++) {
                int destination = row.destinations[i];
                if (nodes.isActive(destination) && !Float.isNaN(row.paths[i].least())) {
                    SlowPath path = path(row, destination, row.paths[i], ofZones);
                    all.add(path);
                    slow += path.slow() ? 1 : 0;
                    emerging += !path.slow() && row.paths[i].isEmerging() ? 1 : 0;
                }
            }
        }
    }

    boolean isFresh(RoundTrips.Row row) {
        return row.end >= oldest && nodes.isActive(row.source);
    }

    private SlowPath path(RoundTrips.Row row, int destination, RoundTrips.Path path, Map<Long, Float> ofZones) {
        float rtt = path.least();
        float usual = path.usual;
        boolean compared = !path.hasPast();
        if (compared && !path.compared) {
            usual = least(usual, least(ofZones.getOrDefault(zones(row.source, destination), Float.NaN),
                    roundTrips.least(/* source= */ destination, /* destination= */ row.source)));
        }
        boolean slow = compared
                ? SlowPath.isVerySlow(rtt, usual)
                : SlowPath.isSlow(rtt, usual, path.high);
        double from = !slow
                ? Double.NaN
                : Double.isNaN(path.slowFrom) ? row.end - (path.count - 1) * interval : path.slowFrom;
        return new SlowPath(row.source, destination, rtt, usual, path.connect, from, compared, slow);
    }

    private static float least(float one, float other) {
        return Float.isNaN(other) || one <= other ? one : other;
    }

    /** What is usual between two zones, where some paths have no past. */
    private Map<Long, Float> ofZones() {
        if (roundTrips.rows().stream().allMatch(row -> Arrays.stream(row.paths).allMatch(RoundTrips.Path::hasPast))) {
            return Map.of();
        }
        Map<Long, List<Float>> known = new HashMap<>();
        for (RoundTrips.Row row : roundTrips.rows()) {
            for (int i = 0; isFresh(row) && i < row.paths.length; i++) {
                float rtt = row.paths[i].least();
                if (!Float.isNaN(rtt) && hasZone(row.source) && hasZone(row.destinations[i])) {
                    known.computeIfAbsent(zones(row.source, row.destinations[i]), it -> new ArrayList<>()).add(rtt);
                }
            }
        }
        Map<Long, Float> usual = new HashMap<>();
        known.forEach((zones, rtts) -> {
            if (rtts.size() >= ENOUGH) {
                rtts.sort(null);
                usual.put(zones, rtts.get((int) (QUARTILE * (rtts.size() - 1))));
            }
        });
        return usual;
    }

    private boolean hasZone(int node) {
        String zone = nodes.zoneName(nodes.zone(node));
        return !zone.isEmpty() && !zone.equals(NO_ZONE);
    }

    private long zones(int one, int other) {
        return SlowPathIndex.zones(nodes.zone(one), nodes.zone(other));
    }

    boolean anySlow() {
        return slow > 0;
    }

    /** Whether more paths are about to become slow, so that it is too early to name what they have in common. */
    boolean areMoreToCome() {
        return emerging > FEW * slow;
    }

    List<SlowPath> all() {
        return all;
    }
}
