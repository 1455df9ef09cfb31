package io.kconmon.agent.probe.udp;

import io.kconmon.agent.probe.TimingSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import java.time.Duration;

/**
 * The UDP test's settings.
 *
 * @param interval
 *            from round to round
 * @param timeout
 *            for each packet; without a reply by then it is lost
 * @param packets
 *            a round
 */
public record UdpSettings(Duration interval, Duration timeout, int packets) {

    static final TimingSettings TIMING = TimingSettings.of("udp", 250,
            "for each packet; without an echo by then it is lost");
    static final Setting<Integer> PACKETS = Setting.integer("udp.packets", 5, 1, 100,
            "packets a test, one after the other");

    /** @throws io.kconmon.shared.config.BadSettingException in one line, if they cannot be used */
    public UdpSettings(Settings settings) {
        this(TIMING.interval(settings), TIMING.timeout(settings), settings.get(PACKETS));
    }
}
