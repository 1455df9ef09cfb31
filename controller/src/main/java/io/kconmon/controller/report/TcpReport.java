package io.kconmon.controller.report;

import java.util.Map;
import java.util.OptionalLong;

/**
 * TCP tests of one destination in one interval.
 *
 * @param causes
 *            how many tests failed, by cause as in docs/metrics.md
 * @param connectMicros
 *            the mean connect time, in microseconds
 */
public record TcpReport(int pass, int fail, Map<String, Integer> causes, OptionalLong connectMicros) {

    public TcpReport {
        causes = Map.copyOf(causes);
    }
}
