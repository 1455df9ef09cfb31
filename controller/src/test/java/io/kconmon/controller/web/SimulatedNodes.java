package io.kconmon.controller.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Nodes of a simulated mesh, and what each pair measures at a time: the same time always measures the same, so that
 * the last hour needs no memory.
 */
final class SimulatedNodes {

    private static final int PACKETS = 5;
    private static final int BASE_MICROS = 280;
    private static final int FAR_MICROS = 910;

    /** A fault and when it is, in seconds since 1970-01-01. */
    record Span(Fault fault, double begin, double end) {

        boolean holds(double at) {
            return begin <= at && at < end;
        }
    }

    private record Sample(int sent, int received, @Nullable Integer forward, @Nullable Integer backward,
            @Nullable Integer rtt,
            int pass, int fail, @Nullable Integer connect, @Nullable String cause, @Nullable String flows) {
    }

    private final List<String> names = new ArrayList<>();
    private final List<String> zones = new ArrayList<>();

    private final double interval;

    SimulatedNodes(int nodes, int zoneCount, double interval) {
        this.interval = interval;
        for (int i = 0; i < nodes; i++) {
            int zone = i * zoneCount / nodes;
            names.add("ip-10-0-%d-%d".formatted(zone + 1, 17 + 7 * i % 239));
            zones.add("eu-1" + (char) ('a' + zone));
        }
    }

    int size() {
        return names.size();
    }

    String name(int node) {
        return names.get(node);
    }

    String zone(int node) {
        return zones.get(node);
    }

    void rename(int node, String name) {
        names.set(node, name);
    }

    int index(String name) {
        return names.indexOf(name);
    }

    private Sample sample(int source, int destination, double at, List<Span> faults) {
        var random = new Random(31L * (31L * source + destination) + Math.round(at * 10) * 1_000_003L);
        random.nextInt();
        double forwardLoss = 0;
        double backwardLoss = 0;
        double factor = 1;
        boolean stalled = false;
        boolean flow = false;
        for (Span span : faults) {
            if (!span.holds(at)) {
                continue;
            }
            switch (span.fault) {
                case Fault.Dead it when it.node() == source || it.node() == destination -> forwardLoss = 1;
                case Fault.Zones it -> {
                    forwardLoss = Math.max(forwardLoss, lost(it, source, destination));
                    backwardLoss = Math.max(backwardLoss, lost(it, destination, source));
                }
                case Fault.From it when it.node() == source -> forwardLoss = Math.max(forwardLoss, it.share());
                case Fault.From it when it.node() == destination -> backwardLoss = Math.max(backwardLoss, it.share());
                case Fault.Slow it when it.source() == source && it.destination() == destination
                        || it.source() == destination && it.destination() == source ->
                    factor = it.factor();
                case Fault.Stalled it when it.node() == destination -> stalled = true;
                case Fault.Seldom it when it.source() == source && it.destination() == destination
                        && (long) (at / interval) % 2 == 1 -> {
                    return new Sample(0, 0, null, null, null, 0, 0, null, null, null);
                }
                case Fault.Flow it when it.source() == source && it.destination() == destination -> flow = true;
                default -> {
                    // concerns others
                }
            }
        }
        int forward = flow ? 1 : 0;
        int backward = 0;
        for (int i = 0; i < PACKETS - (flow ? 1 : 0); i++) {
            if (random.nextDouble() < forwardLoss) {
                forward++;
            } else if (random.nextDouble() < backwardLoss) {
                backward++;
            }
        }
        boolean near = zones.get(source).equals(zones.get(destination));
        double base = (near ? BASE_MICROS : FAR_MICROS) * (0.96 + 0.08 * new Random(source ^ destination).nextDouble());
        int rtt = (int) (base * factor * (1 + 0.05 * random.nextGaussian() * random.nextDouble()));
        boolean dead = forwardLoss >= 1;
        boolean unknown = dead || forward + backward == PACKETS;
        return new Sample(PACKETS, PACKETS - forward - backward, unknown ? null : Integer.valueOf(forward),
                unknown ? null : Integer.valueOf(backward), unknown ? null : Integer.valueOf(rtt),
                dead || stalled ? 0 : 1, dead || stalled ? 1 : 0, dead ? null : Integer.valueOf(rtt * 7 / 10),
                dead ? "timeout" : stalled ? "stalled" : null, flow ? "[0,0,100,0,0]" : null);
    }

    private double lost(Fault.Zones fault, int from, int to) {
        return zone(from).equals(fault.from()) && zone(to).equals(fault.to()) ? fault.share() : 0;
    }

    /** A pair as in {@code GET /status}. */
    void pair(StringBuilder out, int source, int destination, double at, List<Span> faults) {
        Sample it = sample(source, destination, at, faults);
        out.append('[').append(source).append(',').append(destination).append(',').append(it.sent).append(',')
                .append(it.received).append(',')
                .append(it.forward).append(',').append(it.backward).append(',').append(it.rtt).append(',')
                .append(it.pass).append(',').append(it.fail).append(',').append(it.connect).append(',')
                .append(it.cause == null ? "null" : "{\"" + it.cause + "\":1}").append(',').append(it.flows)
                .append(']');
    }

    /** A point as in {@code GET /status/pair}. */
    void point(StringBuilder out, int source, int destination, double at, List<Span> faults) {
        Sample it = sample(source, destination, at, faults);
        out.append('[').append(at).append(',').append(it.sent).append(',').append(it.received).append(',')
                .append(it.forward).append(',')
                .append(it.backward).append(',').append(it.rtt).append(',').append(it.pass).append(',').append(it.fail)
                .append(',').append(it.connect).append(']');
    }
}
