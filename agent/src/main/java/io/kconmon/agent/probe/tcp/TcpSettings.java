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

    /** @throws io.kconmon.shared.config.BadSettingException in one line, if they cannot be used */
    public TcpSettings(Settings settings) {
        this(TIMING.interval(settings), TIMING.timeout(settings));
    }
}
