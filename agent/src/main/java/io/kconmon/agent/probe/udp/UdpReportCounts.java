package io.kconmon.agent.probe.udp;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.ReportCounts;
import io.kconmon.agent.probe.ReportField;
import java.net.InetAddress;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The UDP test's part of the report: {@code sent[,mean,below,above]}, the round trip in microseconds and how far the
 * least is below and the most above its mean; then {@code g} received, if not all were, {@code t} and {@code b} lost
 * there and back, if that is known for all lost packets, {@code w} each flow's loss in percent while they differ,
 * {@code u} packets that were reported as undeliverable, and {@code by} the sender of that report.
 *
 * <p>
 * A packet counts as sent in the interval in which its fate is settled, so that the numbers fit together.
 */
final class UdpReportCounts implements ReportCounts<UdpResult> {

    private final SettledLosses losses = new SettledLosses();
    private int rounds;
    private int received;
    private LossDirections lost = LossDirections.NONE;
    private long roundTripNanos;
    private int roundTrips;
    private long leastNanos = Long.MAX_VALUE;
    private long mostNanos;
    private int undeliverable;
    private int local;
    private Optional<InetAddress> saidBy = Optional.empty();
    private String flows = "";

    @Override
    public void add(UdpResult result) {
        rounds++;
        int late = 0;
        int unanswered = 0;
        for (UdpPacketResult packet : result.packets()) {
            packet.roundTrip().ifPresent(it -> timed(it.toNanos()));
            if (packet.isReceived()) {
                received++;
            } else if (packet.isSent()) {
                late += packet.cause().equals(Optional.of(Cause.LATE)) ? 1 : 0;
                unanswered += packet.cause().equals(Optional.of(Cause.LATE)) ? 0 : 1;
                undeliverable += packet.cause().equals(Optional.of(Cause.UNREACHABLE)) ? 1 : 0;
                saidBy = packet.saidBy().or(() -> saidBy);
            }
        }
        local += result.cause().equals(Optional.of(Cause.LOCAL)) ? 1 : 0;
        boolean all = unanswered == result.sent();
        lost = lost.plus(losses.add(unanswered, all, result.directions())).plus(new LossDirections(0, 0, late));
        flows = result.flowLoss().stream().map(it -> String.valueOf(Math.round(it))).collect(Collectors.joining("."));
    }

    private void timed(long nanos) {
        roundTripNanos += nanos;
        roundTrips++;
        leastNanos = Math.min(leastNanos, nanos);
        mostNanos = Math.max(mostNanos, nanos);
    }

    @Override
    public String take() {
        long allLost = lost.there() + lost.back() + lost.unknown();
        String text = rounds == 0 ? "" : text(allLost);
        rounds = 0;
        received = 0;
        lost = LossDirections.NONE;
        roundTripNanos = 0;
        roundTrips = 0;
        leastNanos = Long.MAX_VALUE;
        mostNanos = 0;
        undeliverable = 0;
        local = 0;
        saidBy = Optional.empty();
        return text;
    }

    private String text(long allLost) {
        var text = new ReportField().number(received + allLost);
        if (roundTrips > 0) {
            long mean = roundTripNanos / roundTrips / 1000;
            text.number(mean).number(mean - leastNanos / 1000).number(mostNanos / 1000 - mean);
        }
        if (allLost > 0) {
            text.word("g", Integer.toString(received, Character.MAX_RADIX));
            if (lost.unknown() == 0) {
                text.unlessZero("t", lost.there()).unlessZero("b", lost.back());
            }
        }
        if (!flows.isEmpty()) {
            text.word("w", flows);
        }
        text.unlessZero("u", undeliverable).unlessZero(Cause.LOCAL.label(), local);
        saidBy.ifPresent(it -> text.word("by", it.getHostAddress()));
        return text.toString();
    }
}
