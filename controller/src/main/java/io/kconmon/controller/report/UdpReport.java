package io.kconmon.controller.report;

import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * UDP packets to one destination in one interval.
 *
 * @param forwardLost
 *            requests that never arrived; absent while unknown
 * @param backwardLost
 *            replies that never arrived; absent while unknown
 * @param rttMicros
 *            the mean round trip, in microseconds
 * @param flowLossPercent
 *            by flow, while the flows differ significantly; otherwise empty
 */
public record UdpReport(int sent, int received, OptionalInt forwardLost, OptionalInt backwardLost,
        OptionalLong rttMicros, List<Integer> flowLossPercent) {

    public UdpReport {
        flowLossPercent = List.copyOf(flowLossPercent);
    }

    public int lost() {
        return sent - received;
    }
}
