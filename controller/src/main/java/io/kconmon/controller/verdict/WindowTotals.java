package io.kconmon.controller.verdict;

import java.util.Arrays;

/**
 * How much was tested in one window: packets, rounds and TCP tests, by source, by destination and by zones. A report's
 * sums are shared out evenly among its destinations, which is near enough for a denominator.
 */
final class WindowTotals {

    private static final int PACKETS = 0;
    private static final int ROUNDS = 1;
    private static final int TESTS = 2;
    private static final int SIZE = 3;

    private final double[] all = new double[SIZE];
    private double[] from = {};
    private double[] to = {};
    private double[][] zones = {};

    void add(ReportSummary report, NodeIndex nodes, int sign) {
        int count = report.destinations().length;
        if (count == 0) {
            return;
        }
        grow(nodes);
        double[] each = {report.packets() / count, report.rounds() / count, report.tests() / count};
        double[] row = zones[nodes.zone(report.source())];
        for (int lossKind = 0; lossKind < SIZE; lossKind++) {
            double amount = sign * each[lossKind];
            all[lossKind] += amount * count;
            from[SIZE * report.source() + lossKind] += amount * count;
            for (int destination : report.destinations()) {
                to[SIZE * destination + lossKind] += amount;
                row[SIZE * nodes.zone(destination) + lossKind] += amount;
            }
        }
    }

    private void grow(NodeIndex nodes) {
        if (from.length < SIZE * nodes.size()) {
            int size = Math.max(SIZE * nodes.size(), 2 * from.length);
            from = Arrays.copyOf(from, size);
            to = Arrays.copyOf(to, size);
        }
        int zoneCount = nodes.zoneCount();
        if (zones.length < zoneCount) {
            int known = zones.length;
            zones = Arrays.copyOf(zones, zoneCount);
            for (int zone = 0; zone < zoneCount; zone++) {
                zones[zone] = zone < known
                        ? Arrays.copyOf(zones[zone], SIZE * zoneCount)
                        : new double[SIZE * zoneCount];
            }
        }
    }

    double[] mesh() {
        return new double[]{2 * all[PACKETS], 0, all[ROUNDS], all[TESTS]};
    }

    double[] node(int node) {
        double packets = at(from, node, PACKETS) + at(to, node, PACKETS);
        return new double[]{packets, packets, at(from, node, ROUNDS) + at(to, node, ROUNDS),
                at(from, node, TESTS) + at(to, node, TESTS)};
    }

    double[] source(int node) {
        return new double[]{2 * at(from, node, PACKETS), 0, at(from, node, ROUNDS), at(from, node, TESTS)};
    }

    double[] zones(int one, int other) {
        if (one == other) {
            return new double[]{2 * zone(one, one, PACKETS), 0, zone(one, one, ROUNDS), zone(one, one, TESTS)};
        }
        double packets = zone(one, other, PACKETS) + zone(other, one, PACKETS);
        return new double[]{packets, packets, zone(one, other, ROUNDS) + zone(other, one, ROUNDS),
                zone(one, other, TESTS) + zone(other, one, TESTS)};
    }

    /** A source's amounts, divided by its number of destinations. */
    double[] share(int source, int destinations) {
        double[] amounts = source(source);
        for (int i = 0; i < amounts.length; i++) {
            amounts[i] /= Math.max(1, destinations);
        }
        return amounts;
    }

    private static double at(double[] sums, int node, int lossKind) {
        int index = SIZE * node + lossKind;
        return index < sums.length ? Math.max(0, sums[index]) : 0;
    }

    private double zone(int source, int destination, int lossKind) {
        return source < zones.length && SIZE * destination < zones[source].length
                ? Math.max(0, zones[source][SIZE * destination + lossKind])
                : 0;
    }
}
