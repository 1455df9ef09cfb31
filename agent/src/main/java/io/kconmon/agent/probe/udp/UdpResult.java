package io.kconmon.agent.probe.udp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/**
 * What a round of packets found.
 *
 * @param packets
 *            the outcome of each, its round trip time if it came back, in the order in which they were sent
 * @param late
 *            replies that came after their packet had been given up, this round's or an earlier one's
 * @param duplicates
 *            replies to packets that had been answered before
 */
public record UdpResult(List<Outcome<Duration>> packets, int late, int duplicates) implements Result {

    public UdpResult {
        packets = List.copyOf(packets);
    }

    /** The packets that were sent, without those that failed before. */
    public int sent() {
        return (int) packets.stream().filter(it -> !it.cause().equals(Optional.of(Cause.LOCAL))).count();
    }

    public int received() {
        return (int) packets.stream().filter(it -> it.success().isPresent()).count();
    }

    public int lost() {
        return sent() - received();
    }

    /** Percent of the packets sent; not a number if none was. */
    public double loss() {
        return 100.0 * lost() / sent();
    }

    /** Mean round trip time of those that came back, in milliseconds. */
    public OptionalDouble meanMillis() {
        return roundTripMillis().average();
    }

    /** The slowest round trip less the fastest, in milliseconds. */
    public OptionalDouble varianceMillis() {
        var statistics = roundTripMillis().summaryStatistics();
        return statistics.getCount() == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(statistics.getMax() - statistics.getMin());
    }

    /** Why the round failed: the cause of the last packet lost; a local one comes first, because the round says nothing of the network then. */
    @Override
    public Optional<Cause> cause() {
        var causes = packets.stream().map(Outcome::cause).flatMap(Optional::stream).toList();
        return causes.contains(Cause.LOCAL)
                ? Optional.of(Cause.LOCAL)
                : causes.stream().reduce((first, second) -> second);
    }

    private DoubleStream roundTripMillis() {
        return packets.stream().flatMap(it -> it.success().stream()).mapToDouble(it -> it.toNanos() / 1e6);
    }
}
