package io.kconmon.agent.mesh;

import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import java.util.List;

/**
 * Which pairs of nodes have series of their own. Sums by zone and histograms are there in any case.
 *
 * @param worst
 *            how many pairs with {@link Mode#WORST}, beside those that fail
 */
public record PairMetrics(Mode mode, int worst) {

    /** The setting's values. */
    public enum Mode {
        /** Every pair. */
        ALL,
        /** Pairs that fail, and the worst of the others. */
        WORST,
        /** No pair. */
        NONE
    }

    /** The most series that an agent's page has unless all pairs are on it. */
    public static final int MOST_SERIES = 500;
    public static final PairMetrics EVERY = new PairMetrics(Mode.ALL, 0);

    private static final Setting<Mode> MODE = Setting.choice("pair-metrics", Mode.ALL, Mode.class,
            "pairs of nodes with series of their own: all; the worst and those that fail; none. Sums by zone and histograms are always there");
    private static final Setting<Integer> HOW_MANY = Setting.integer("pair-metrics-worst", 20, 1, 40,
            "with pair-metrics worst: how many, beside those that fail");

    public static final List<Setting<?>> SETTINGS = List.of(MODE, HOW_MANY);

    /** Reads the settings. */
    public PairMetrics(Settings settings) {
        this(settings.get(MODE), settings.get(HOW_MANY));
    }

    boolean isEvery() {
        return mode == Mode.ALL;
    }
}
