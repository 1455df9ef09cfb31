package io.kconmon.agent.probe;

import io.kconmon.shared.config.ConflictingSettingsException;
import io.kconmon.shared.config.Setting;
import java.time.Duration;

/** The two settings that every protocol has: how often it is tested, and how long it waits for an answer. */
public record TimingSettings(Setting<Duration> interval, Setting<Duration> timeout) {

    private static final Duration LONGEST = Duration.ofHours(1);

    /**
     * Declares the settings.
     *
     * @param protocol
     *            the first part of the keys
     * @param timeoutMillis
     *            the default timeout
     * @param timeoutHelp
     *            the timeout's description
     */
    public static TimingSettings of(String protocol, int timeoutMillis, String timeoutHelp) {
        return new TimingSettings(
                Setting.duration(protocol + ".interval", Duration.ofMillis(5000), Duration.ofMillis(100), LONGEST,
                        "from test to test; a jitter of 50 to 500 ms comes on top"),
                Setting.duration(protocol + ".timeout", Duration.ofMillis(timeoutMillis), Duration.ofMillis(1),
                        LONGEST, timeoutHelp));
    }

    /**
     * For the record's constructor.
     *
     * @throws ConflictingSettingsException
     *             if the timeout is longer than the interval: such a test could not run on time
     */
    public void check(Duration intervalSet, Duration timeoutSet) {
        if (timeoutSet.compareTo(intervalSet) > 0) {
            throw new ConflictingSettingsException(timeout, "1 to %d (milliseconds), for it must not be longer than %s"
                    .formatted(intervalSet.toMillis(), interval.key()), interval);
        }
    }
}
