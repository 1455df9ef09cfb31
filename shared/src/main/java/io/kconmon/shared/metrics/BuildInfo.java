package io.kconmon.shared.metrics;

import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/** What runs here. */
public final class BuildInfo {

    private BuildInfo() {
    }

    /** The version that the build wrote into the jar; {@code development} where there is no jar. */
    public static String version() {
        String version = BuildInfo.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** {@code kconmon_build_info}. */
    public static InfoSnapshot snapshot(String prefix, String component) {
        Labels labels = Labels.of("component", component, "version", version(), "java", javaVersion());
        return InfoSnapshot.builder().name(prefix + "_build").help("What runs here: always 1")
                .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build()).build();
    }

    private static String javaVersion() {
        Runtime.Version java = Runtime.version();
        return "%d.%d.%d".formatted(java.feature(), java.interim(), java.update());
    }
}
