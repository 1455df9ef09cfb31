package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.TimingSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import java.time.Duration;

/**
 * The TCP test's settings.
 *
 * @param interval
 *            from run to run
 * @param timeout
 *            for one request, connecting included
 * @param requestBytes
 *            the size of the request, with all its headers
 */
public record TcpSettings(Duration interval, Duration timeout, int requestBytes) {

    static final TimingSettings TIMING = TimingSettings.of("tcp", 1000, "for one request, connect included");
    /** By default more than an Ethernet frame's 1500 (RFC 894); at most more than any jumbo frame's. */
    static final Setting<Integer> REQUEST_BYTES = Setting.integer("tcp.request-bytes", 2000, 256, 10_000,
            "size of a request; a path that drops large packets shows if it is above the links' MTU");

    /** For a peer that is kept from answering. */
    private static final Duration MORE = Duration.ofSeconds(1);

    /** @throws io.kconmon.shared.config.ConflictingSettingsException if the timeout is longer than the interval */
    public TcpSettings {
        TIMING.check(interval, timeout);
    }

    /** The record of the values that are set. */
    public TcpSettings(Settings settings) {
        this(settings.get(TIMING.interval()), settings.get(TIMING.timeout()), settings.get(REQUEST_BYTES));
    }

    /** The time to wait for an answer. It is longer than the timeout, because a late answer tells the cause. */
    Duration patience() {
        Duration longest = timeout.plus(timeout.compareTo(MORE) > 0 ? timeout : MORE);
        return longest.compareTo(interval) < 0 ? longest : interval;
    }
}
