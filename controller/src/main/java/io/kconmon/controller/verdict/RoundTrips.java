package io.kconmon.controller.verdict;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The round trips of each source to each destination: those of the last three intervals, and the usual one, which takes an
 * hour to follow a change. Times are in microseconds; an unknown one is not a number.
 */
final class RoundTrips {

    /** After so many intervals a path has a past of its own. */
    private static final int PAST = 8;
    /** After so many intervals the usual round trip of a path changes slowly. */
    private static final int LONG_PAST = 24;
    /** The step, as a logarithm, by which the usual round trip grows: 3 times in 61 minutes of 5 s intervals. */
    private static final double STEP = 0.0015;
    /** The usual round trip falls faster than it grows, so that it is the lower quartile. */
    private static final double DOWN = 3;
    /** The ninth decile. */
    private static final double HIGH_DOWN = 1.0 / 9;
    /** After a silence of so many intervals, the next one does not follow on the last. */
    private static final double SILENCE = 2.5;
    private static final int MOST_UNTESTED = 3;

    /** The round trips that one source has measured. */
    static final class Row {
        final int source;
        int[] destinations = {};
        Path[] paths = {};
        /** In the order of the last report, since most reports have the same. */
        private List<String> names = List.of();
        private Path[] byName = {};
        /** When its last report ended. */
        double end = Double.NEGATIVE_INFINITY;

        Row(int source) {
            this.source = source;
        }

        /** The paths to the peers of a report, in their order. */
        private Path[] align(List<PeerReport> peers, NodeIndex nodes) {
            boolean isSame = names.size() == peers.size();
            for (int i = 0; isSame && i < peers.size(); i++) {
                isSame = names.get(i).equals(peers.get(i).destination());
            }
            if (!isSame) {
                names = peers.stream().map(PeerReport::destination).toList();
                align(names.stream().mapToInt(nodes::id).sorted().distinct().toArray());
                byName = names.stream().map(it -> paths[Arrays.binarySearch(destinations, nodes.id(it))])
                        .toArray(Path[]::new);
            }
            return byName;
        }

        /** Takes new destinations, and keeps what is known of those that the source still tests. */
        private void align(int[] wanted) {
            if (Arrays.equals(wanted, destinations)) {
                return;
            }
            var aligned = new Path[wanted.length];
            for (int i = 0; i < wanted.length; i++) {
                int known = Arrays.binarySearch(destinations, wanted[i]);
                aligned[i] = known >= 0 ? paths[known] : new Path(wanted[i]);
            }
            destinations = wanted;
            paths = aligned;
        }

        /** NaN for an unknown path. */
        float least(int destination) {
            int place = Arrays.binarySearch(destinations, destination);
            return place < 0 ? Float.NaN : paths[place].least();
        }
    }

    /** The round trips to one destination. */
    static final class Path {
        private final int destination;
        private float newest = Float.NaN;
        private float second = Float.NaN;
        private float third = Float.NaN;
        /** The TCP connect time in the last interval. */
        float connect = Float.NaN;
        float usual = Float.NaN;
        /** Nine in ten round trips are usually shorter. */
        float high = Float.NaN;
        /** Of intervals that were not slow. */
        int count;
        /** For how many intervals there was no test. Tests are a bit more than an interval apart, so some have none. */
        private int untested;
        /** Whether the usual round trip is that of others, since it was slow from the beginning. */
        boolean compared;
        /** When the first of the slow reports in a row ended; not a number if the last was not slow, or all were. */
        double slowFrom = Double.NaN;

        Path(int destination) {
            this.destination = destination;
        }

        /** The shortest of the last three intervals; not a number if one of them is unknown. */
        float least() {
            return Math.min(newest, Math.min(second, third));
        }

        /** The longest of the last three intervals, of those that are known. */
        float most() {
            return longer(newest, longer(second, third));
        }

        private static float longer(float one, float other) {
            return Float.isNaN(one) || other > one ? other : one;
        }

        /** Whether it has been slow for two intervals. */
        boolean isEmerging() {
            return SlowPath.isSlow(newest, usual, high) && SlowPath.isSlow(second, usual, high);
        }

        boolean hasPast() {
            return count >= PAST && !compared;
        }

        private void skip() {
            if (++untested == MOST_UNTESTED) {
                newest = Float.NaN;
                second = Float.NaN;
                third = Float.NaN;
            }
        }

        private void add(float micros, double end) {
            untested = 0;
            third = second;
            second = newest;
            newest = micros;
            if (Float.isNaN(micros)) {
                return;
            }
            boolean slow = !Float.isNaN(usual) && SlowPath.isSlow(micros, usual, high);
            count += slow || count == LONG_PAST ? 0 : 1;
            if (Float.isNaN(usual)) {
                usual = least();
                high = most();
                return;
            }
            slowFrom = !slow ? Double.NaN : Double.isNaN(slowFrom) ? end : slowFrom;
            compared &= slow;
            double step = slow || count == LONG_PAST ? STEP : 1.0 / (count + 1);
            usual = towards(usual, micros, step, step * DOWN);
            high = towards(high, micros, step, step * HIGH_DOWN);
        }

        private static float towards(float from, float to, double up, double down) {
            return to > from ? Math.min(to, from * (float) Math.exp(up)) : Math.max(to, from * (float) Math.exp(-down));
        }
    }

    private final NodeIndex nodes;
    private final Map<Integer, Row> rows = new HashMap<>();

    RoundTrips(NodeIndex nodes) {
        this.nodes = nodes;
    }

    void clear() {
        rows.clear();
    }

    /** Takes an agent's report, unless it has a newer one. */
    void add(Report report, double interval) {
        int source = nodes.id(report.source());
        Row row = rows.computeIfAbsent(source, Row::new);
        if (report.at() <= row.end) {
            return;
        }
        List<PeerReport> peers = report.peers();
        Path[] paths = row.align(peers, nodes);
        double start = report.at() - report.interval();
        boolean wasSilent = start - row.end > SILENCE * interval;
        row.end = report.at();
        boolean excused = wasSilent || nodes.excused(source, start, report.at(), interval);
        for (int i = 0; i < paths.length; i++) {
            PeerReport peer = peers.get(i);
            Path path = paths[i];
            int destination = path.destination;
            boolean tested = !excused && !nodes.excused(destination, start, report.at(), interval);
            if (!tested) {
                path.add(Float.NaN, report.at());
            } else if (peer.udp().isEmpty() || peer.udp().get().sent() == 0) {
                path.skip();
            } else {
                path.add(micros(peer.udp().get().rttMicros()), report.at());
            }
            OptionalLong connect = peer.tcp().isPresent() ? peer.tcp().get().connectMicros() : OptionalLong.empty();
            path.connect = connect.isPresent() ? connect.getAsLong() : path.connect;
        }
    }

    private static float micros(OptionalLong micros) {
        return micros.isPresent() ? Math.max(1, micros.getAsLong()) : Float.NaN;
    }

    /** Whether a path is slow, or may be so from its beginning: then it has to be compared with others. */
    boolean isAnySlow() {
        for (Row row : rows.values()) {
            for (Path path : row.paths) {
                float rtt = path.least();
                if (path.hasPast() ? SlowPath.isSlow(rtt, path.usual, path.high) : SlowPath.isVerySlow(rtt, 0)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Takes the usual round trip of others for that of a path that has been slow from its beginning. */
    void usual(int source, int destination, float micros) {
        Row row = rows.get(source);
        int place = row == null ? -1 : Arrays.binarySearch(row.destinations, destination);
        if (row != null && place >= 0) {
            Path path = row.paths[place];
            path.usual = micros;
            path.high = micros;
            path.compared = true;
        }
    }

    /** Forgets sources that have left. */
    void expire() {
        rows.values().removeIf(it -> !nodes.isListed(it.source));
    }

    Collection<Row> rows() {
        return rows.values();
    }

    /** The shortest round trip of a path; not a number if it is unknown. */
    float least(int source, int destination) {
        Row row = rows.get(source);
        return row == null ? Float.NaN : row.least(destination);
    }
}
