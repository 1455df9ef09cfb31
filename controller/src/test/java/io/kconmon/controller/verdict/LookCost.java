package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.SimulatedMesh.Oddity;
import io.kconmon.controller.verdict.SimulatedMesh.Shape;
import io.kconmon.controller.verdict.SimulatedMesh.TcpModel;
import io.kconmon.controller.verdict.Subject.Mesh;
import io.kconmon.controller.verdict.Subject.TwoZones;
import io.kconmon.controller.verdict.Verdict.Direction;
import io.kconmon.controller.verdict.Verdict.Kind;
import io.kconmon.controller.verdict.VerdictEvent.Change;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Prints the CPU time of the decisions in a large mesh, without a fault and in large incidents. Not a test. */
final class LookCost {

    private static final double BEGINS = 60;
    private static final double ENDS = 120;
    private static final int ZONES = 3;
    private static final long SEED = 1;
    private static final Oddity JITTER = new Oddity() {
        @Override
        public double rttMicros(int node, int destination, double at, Random random) {
            return 200 + random.nextInt(100);
        }
    };

    private LookCost() {
    }

    /** Takes the number of nodes and of each node's destinations; 1,000 and 28 if there are none. */
    public static void main(String[] arguments) {
        int nodes = arguments.length == 0 ? 1000 : Integer.parseInt(arguments[0]);
        int destinations = arguments.length < 2 ? 28 : Integer.parseInt(arguments[1]);
        var shape = new Shape(nodes, ZONES, destinations, 5, false, TcpModel.KERNEL);
        incidents(nodes).forEach((name, faults) -> print(name, shape, faults));
    }

    private static Map<String, List<Fault>> incidents(int nodes) {
        var zones = new TwoZones(SimulatedMesh.zone(0, ZONES), SimulatedMesh.zone(1, ZONES));
        var incidents = new LinkedHashMap<String, List<Fault>>();
        incidents.put("no fault", List.of());
        incidents.put("a dead node", dead(1));
        incidents.put("a tenth of the nodes dead", dead(nodes / 10));
        incidents.put("two zones cut", List.of(fault(Kind.ZONES, zones, 1, 0)));
        incidents.put("everything loses 15 %", List.of(fault(Kind.MESH, new Mesh(), 0.15, 0)));
        incidents.put("everything slow by 100 ms", List.of(fault(Kind.MESH, new Mesh(), 0, 100_000)));
        return incidents;
    }

    private static List<Fault> dead(int count) {
        return IntStream.range(0, count).mapToObj(it -> Fault.dead(SimulatedMesh.name(it), BEGINS, ENDS)).toList();
    }

    private static Fault fault(Kind kind, Subject subject, double loss, double slowMicros) {
        return new Fault(kind, subject, Direction.BOTH, loss, slowMicros, BEGINS, ENDS);
    }

    private static void print(String name, Shape shape, List<Fault> faults) {
        var engine = new VerdictEngine();
        var threads = ManagementFactory.getThreadMXBean();
        var costs = new ArrayList<Double>();
        var events = new ArrayList<VerdictEvent>();
        double[] now = {0};
        double[] nextLook = {SimulatedMesh.START};
        new SimulatedMesh(shape, faults, JITTER, SEED).run(ENDS, line -> {
            now[0] = Math.max(now[0], line.at());
            switch (line) {
                case ReplayJson.RosterLine roster -> engine.roster(roster.at(), roster.nodes());
                case ReplayJson.ReportLine report -> engine.report(report.report());
            }
            if (now[0] >= nextLook[0]) { // as often as a controller decides
                nextLook[0] = now[0] + 1;
                boolean looks = now[0] >= engine.nextLook();
                long began = threads.getCurrentThreadCpuTime();
                events.addAll(engine.advance(now[0]));
                if (looks && now[0] > SimulatedMesh.START + BEGINS) {
                    costs.add((threads.getCurrentThreadCpuTime() - began) / 1e6);
                }
            }
        });
        costs.sort(null);
        List<VerdictEvent> begun = events.stream().filter(it -> it.change() == Change.BEGINS).toList();
        long right = begun.stream().filter(it -> faults.stream().anyMatch(fault -> fault.matches(it.verdict())))
                .count();
        System.out.printf(
                "%-28s %3d looks, CPU of each %7.1f ms, %7.0f at most, %6.1f ms/s; %d of %d named, %d wrong, all after %.0f s%n",
                name, costs.size(), costs.get(costs.size() / 2), costs.getLast(),
                costs.stream().mapToDouble(it -> it).sum() / (ENDS - BEGINS), right, faults.size(),
                begun.size() - right,
                begun.isEmpty() ? Double.NaN : begun.getLast().at() - SimulatedMesh.START - BEGINS);
    }
}
