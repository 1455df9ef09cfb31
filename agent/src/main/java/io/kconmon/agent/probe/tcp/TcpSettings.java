package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.probe.TimingSettings;
import io.kconmon.shared.config.Settings;
import java.time.Duration;

/**
 * The TCP test's settings.
 *
 * @param interval
 *            from run to run
 * @param timeout
 *            for one request, connecting included
 */
public record TcpSettings(Duration interval, Duration timeout) {

    static final TimingSettings TIMING = TimingSettings.of("tcp", 1000, "for one request, connect included");

    /** For a peer that is kept from answering. */
    private static final Duration MORE = Duration.ofSeconds(1);

    /** @throws io.kconmon.shared.config.BadSettingException in one line, if they cannot be used */
    public TcpSettings(Settings settings) {
        this(TIMING.interval(settings), TIMING.timeout(settings));
    }

    /** How long an answer is waited for: one that comes too late tells why. */
    Duration patience() {
        Duration longest = timeout.plus(timeout.compareTo(MORE) > 0 ? timeout : MORE);
        return longest.compareTo(interval) < 0 ? longest : interval;
    }
}
