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
 *            for each packet's round trip; one without a reply in that time is lost
 * @param packets
 *            a round
 * @param flows
 *            source ports that packets leave by in turn
 */
public record UdpSettings(Duration interval, Duration timeout, int packets, int flows) {

    static final TimingSettings TIMING = TimingSettings.of("udp", 250,
            "for each packet; without an echo by then it is lost");
    static final Setting<Integer> PACKETS = Setting.integer("udp.packets", 5, 1, 100, "packets a test");
    static final Setting<Integer> FLOWS = Setting.integer("udp.flows", 5, 1, 64,
            "source ports that packets leave by in turn, so that a bad link of several shows");

    /** For a peer that is kept from answering; its reply has the time that the request lay there. */
    private static final Duration MORE = Duration.ofSeconds(2);

    /** @throws io.kconmon.shared.config.ConflictingSettingsException if the timeout is longer than the interval */
    public UdpSettings {
        TIMING.check(interval, timeout);
    }

    /** The record of the values that are set. */
    public UdpSettings(Settings settings) {
        this(settings.get(TIMING.interval()), settings.get(TIMING.timeout()), settings.get(PACKETS),
                settings.get(FLOWS));
    }

    /** How long a reply is waited for: it may be late, or in time but for the peer's own share. */
    Duration patience() {
        Duration longest = timeout.plus(timeout.multipliedBy(4).compareTo(MORE) > 0 ? timeout.multipliedBy(4) : MORE);
        return longest.compareTo(interval) < 0 ? longest : interval;
    }
}
