package io.kconmon.agent.support;

import io.kconmon.agent.probe.Families;
import io.kconmon.shared.metrics.MetricsPage;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Metrics as a scrape sees them. */
public final class Pages {

    private Pages() {
    }

    /** The page in the text format, with prefix {@code kconmon}. */
    public static String page(Consumer<Families> writes) {
        var families = new Families("kconmon");
        writes.accept(families);
        return new MetricsPage(List.of(families::build)).text();
    }

    /** The page's series, without HELP and TYPE. */
    public static String series(Consumer<Families> writes) {
        return page(writes).lines().filter(line -> !line.startsWith("#")).map(line -> line + "\n")
                .collect(Collectors.joining());
    }
}
