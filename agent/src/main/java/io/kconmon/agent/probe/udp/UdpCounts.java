package io.kconmon.agent.probe.udp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Counts;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.ResultCounts;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Optional;

/**
 * What the UDP test counts: its results, and its packets by their outcome and the direction in which they were lost.
 * Those that were received are not written, since they are those sent less those lost.
 */
record UdpCounts(ResultCounts results, long sent, long received, long late, long duplicates, LossDirections lost)
        implements
            Counts<UdpResult> {

    static final UdpCounts NONE = new UdpCounts(ResultCounts.NONE, 0, 0, 0, 0, LossDirections.NONE);

    private static final String PACKETS = "udp_packets";
    private static final String PACKETS_HELP = "UDP packets by outcome: sent, and of these lost; late and duplicate are replies beside these";

    @Override
    public UdpCounts plus(UdpResult result) {
        return new UdpCounts(results.plus(result.cause()), sent + result.sent(), received + result.received(),
                late + result.late(), duplicates + result.duplicates(), lost.plus(result.directions()));
    }

    @Override
    public UdpCounts plusBug() {
        return new UdpCounts(results.plus(Optional.of(Cause.LOCAL)), sent, received, late, duplicates, lost);
    }

    @Override
    public void write(String prefix, Labels ends, MetricFamilies families) {
        results.write(prefix, "udp", ends, families);
        families.counter(prefix + PACKETS, PACKETS_HELP, ends.add("outcome", "sent"), sent);
        families.counter(prefix + PACKETS, PACKETS_HELP, ends.add("outcome", "lost"), sent - received);
    }

    @Override
    public void writeRare(String prefix, Labels ends, MetricFamilies families) {
        results.writeFailures(prefix, "udp", ends, families);
        writeOutcome(prefix, "late", late, ends, families);
        writeOutcome(prefix, "duplicate", duplicates, ends, families);
        writeDirection(prefix, "there", lost.there(), ends, families);
        writeDirection(prefix, "back", lost.back(), ends, families);
        writeDirection(prefix, "unknown", lost.unknown(), ends, families);
    }

    private static void writeOutcome(String prefix, String outcome, long packets, Labels ends,
            MetricFamilies families) {
        if (packets > 0) {
            families.counter(prefix + PACKETS, PACKETS_HELP, ends.add("outcome", outcome), packets);
        }
    }

    private static void writeDirection(String prefix, String direction, long packets, Labels ends,
            MetricFamilies families) {
        if (packets > 0) {
            families.counter(prefix + "udp_lost_packets", "UDP packets lost, by whether the peer has seen the request",
                    ends.add("direction", direction), packets);
        }
    }
}
