package io.kconmon.agent.support;

import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.shared.metrics.MetricsHandler;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Metrics as a scrape sees them. */
public final class Pages {

    private Pages() {
    }

    /** The page in the text format, with prefix {@code kconmon}. */
    public static String page(Consumer<MetricFamilies> writes) {
        var families = new MetricFamilies("kconmon");
        writes.accept(families);
        return new MetricsHandler(List.of(families::build)).text();
    }

    /** The page's series, without HELP and TYPE. */
    public static String series(Consumer<MetricFamilies> writes) {
        return page(writes).lines().filter(line -> !line.startsWith("#")).map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}
