package io.kconmon.agent.probe.udp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;

/**
 * The result of a round of packets.
 *
 * @param packets
 *            the outcome of each, in the order in which they were sent
 * @param late
 *            replies after the timeout, to this round's packets or, after the end of the round before, to its packets
 * @param duplicates
 *            replies to packets that had been answered before
 * @param freshPortAnswered
 *            whether no flow was answered, but one packet from a port that no flow uses was
 * @param directions
 *            the directions of losses that became known in this round, including losses of earlier rounds
 * @param flowLoss
 *            percent of each flow's packets that were lost lately; empty unless the flows differ
 */
record UdpResult(List<UdpPacketResult> packets, int late, int duplicates, boolean freshPortAnswered,
        LossDirections directions, List<Double> flowLoss) implements Result {

    UdpResult {
        packets = List.copyOf(packets);
        flowLoss = List.copyOf(flowLoss);
    }

    /** The packets that were sent, without those that failed before. */
    int sent() {
        int sent = 0;
        for (UdpPacketResult packet : packets) {
            sent += packet.isSent() ? 1 : 0;
        }
        return sent;
    }

    int received() {
        int received = 0;
        for (UdpPacketResult packet : packets) {
            received += packet.isReceived() ? 1 : 0;
        }
        return received;
    }

    int lost() {
        return sent() - received();
    }

    /** Percent of the packets sent; not a number if none was. */
    double loss() {
        return 100.0 * lost() / sent();
    }

    /** Mean round trip time of the packets that came back, late ones included, in milliseconds. */
    OptionalDouble meanMillis() {
        return roundTripMillis().average();
    }

    /** The slowest round trip less the fastest, in milliseconds. */
    OptionalDouble varianceMillis() {
        var statistics = roundTripMillis().summaryStatistics();
        return statistics.getCount() == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(statistics.getMax() - statistics.getMin());
    }

    @Override
    public double failedShare() {
        return sent() == 0 ? 0 : (double) lost() / sent();
    }

    @Override
    public double roundTripSeconds() {
        return meanMillis().orElse(Double.NaN) / 1e3;
    }

    /** Passes on the round trips of the packets that came back in time. */
    void roundTrips(Consumer<Duration> to) {
        for (UdpPacketResult packet : packets) {
            if (packet.isReceived()) {
                packet.roundTrip().ifPresent(to);
            }
        }
    }

    /** Source ports whose packets were lost. */
    List<Integer> lostPorts() {
        return packets.stream().filter(UdpPacketResult::isLost).map(UdpPacketResult::sourcePort).distinct().sorted()
                .toList();
    }

    /** Details of the failure in words; empty if there are none. */
    String detail() {
        return mostTelling().map(UdpPacketResult::detail).orElse("");
    }

    /**
     * Why the round failed. A local cause comes first, because the round says nothing of the network then; silence comes last,
     * because hosts and routers answer with an ICMP error only so many packets a second (RFC 1812, 4.3.2.8).
     */
    @Override
    public Optional<Cause> cause() {
        Optional<Cause> cause = mostTelling().flatMap(UdpPacketResult::cause);
        return freshPortAnswered && !cause.equals(Optional.of(Cause.LOCAL)) ? Optional.of(Cause.STALE_FLOW) : cause;
    }

    private Optional<UdpPacketResult> mostTelling() {
        UdpPacketResult most = null;
        for (UdpPacketResult packet : packets) {
            if (!packet.isReceived() && (most == null || rank(packet) >= rank(most))) {
                most = packet;
            }
        }
        return Optional.ofNullable(most);
    }

    private static int rank(UdpPacketResult packet) {
        return switch (packet.cause().orElse(Cause.TIMEOUT)) {
            case LOCAL -> 2;
            case TIMEOUT -> 0;
            default -> 1;
        };
    }

    private DoubleStream roundTripMillis() {
        return packets.stream().flatMap(it -> it.roundTrip().stream()).mapToDouble(it -> it.toNanos() / 1e6);
    }
}
