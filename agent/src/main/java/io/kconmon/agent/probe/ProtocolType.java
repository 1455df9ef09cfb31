package io.kconmon.agent.probe;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How the program comes to a protocol: an entry of its list.
 *
 * @param name
 *            as {@link Protocol#name}
 * @param timing
 *            the settings that all protocols have
 * @param more
 *            the settings that this one has beside these, their keys beginning with its name
 * @param read
 *            makes the protocol's own record of its settings
 * @param start
 *            starts the protocol, and with it whatever answers the other agents
 * @param <S>
 *            the protocol's own record of its settings
 */
public record ProtocolType<S>(String name, TimingSettings timing, List<Setting<?>> more, Function<Settings, S> read,
        BiFunction<S, ProbeContext, Protocol<?>> start) {

    public ProtocolType {
        more = List.copyOf(more);
    }

    /** All settings that it declares. */
    public List<Setting<?>> settings() {
        return Stream.<Setting<?>>concat(Stream.of(timing.interval(), timing.timeout()), more.stream()).toList();
    }

    /**
     * Reads its settings and throws the result away.
     *
     * @throws BadSettingException
     *             in one line, if they cannot be used
     */
    public void check(Settings settings) {
        var unused = settings.read(read);
    }

    /**
     * Reads its settings and starts it.
     *
     * @throws BadSettingException
     *             in one line, if its settings or its port cannot be used
     */
    public Protocol<?> start(Settings settings, ProbeContext context) {
        return start.apply(settings.read(read), context);
    }
}
