package io.kconmon.controller.verdict;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.TcpReport;
import io.kconmon.controller.verdict.SimulatedMesh.Oddity;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;

/** Round trips as networks have them: long between some zones, jittery, and with queues now and then. */
class Jitter implements Oddity {

    /** A test begins a bit later than an interval after the one before, so some intervals have none. */
    private static final double UNTESTED = 0.06;

    private final Oddity other;
    private final int zones;
    /** By zone: shorter than a millisecond within a region, and tens between regions. */
    private final double[] micros;
    private final double jitter;
    private final double far;

    Jitter(Oddity other, int zones, long seed) {
        this.zones = zones;
        micros = new double[zones * zones];
        this.other = other;
        var random = new Random(seed + 1);
        double most = random.nextInt(3) == 0 ? 40_000 : 1_500;
        for (int i = 0; i < micros.length; i++) {
            micros[i] = i % (zones + 1) == 0 ? 150 : 400 + random.nextDouble() * most;
        }
        jitter = 0.1 + random.nextDouble() * 0.4;
        far = random.nextInt(4) == 0 ? 3_000 : 0;
    }

    @Override
    public double rttMicros(int node, int destination, double at, Random random) {
        int one = Math.min(node % zones, destination % zones);
        int two = Math.max(node % zones, destination % zones);
        double base = micros[one * zones + two] + (node % 7 < 3 != destination % 7 < 3 ? far : 0);
        double mean = base * Math.exp(jitter * random.nextGaussian());
        double spike = random.nextDouble();
        return mean + (spike < 0.02 ? 30_000 * random.nextDouble() : spike < 0.1 ? 3_000 * random.nextDouble() : 0);
    }

    @Override
    public double delay(int node, double at, Random random) {
        return other.delay(node, at, random);
    }

    @Override
    public int state(int node, double at) {
        return other.state(node, at);
    }

    @Override
    public Optional<PeerReport> says(int node, int destination, double at, Random random) {
        Optional<PeerReport> said = other.says(node, destination, at, random);
        return said.isPresent() || random.nextDouble() >= UNTESTED
                ? said
                : Optional.of(new PeerReport(SimulatedMesh.name(destination), Optional.empty(),
                        Optional.of(new TcpReport(1, 0, Map.of(), OptionalLong.empty()))));
    }
}
