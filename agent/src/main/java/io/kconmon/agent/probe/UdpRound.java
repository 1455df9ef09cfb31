package io.kconmon.agent.probe;

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
public record UdpRound(List<Outcome<Duration>> packets, int late, int duplicates) implements Result {

    public UdpRound {
        packets = List.copyOf(packets);
    }

    /** Without those that failed before they were sent. */
    public int sent() {
        return (int) packets.stream().filter(it -> !it.cause().equals(Optional.of(Cause.LOCAL))).count();
    }

    public int received() {
        return (int) packets.stream().filter(it -> it.timing().isPresent()).count();
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

    /** Why the round failed: the cause of the last packet lost; a local one comes first, for it taints the round. */
    @Override
    public Optional<Cause> cause() {
        var causes = packets.stream().map(Outcome::cause).flatMap(Optional::stream).toList();
        return causes.contains(Cause.LOCAL)
                ? Optional.of(Cause.LOCAL)
                : causes.stream().reduce((first, second) -> second);
    }

    @Override
    public List<Outcome<Duration>> exchanges() {
        return packets;
    }

    private DoubleStream roundTripMillis() {
        return packets.stream().flatMap(it -> it.timing().stream()).mapToDouble(it -> it.toNanos() / 1e6);
    }
}
