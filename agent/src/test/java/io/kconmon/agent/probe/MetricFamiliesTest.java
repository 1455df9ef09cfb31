package io.kconmon.agent.probe;

import static io.kconmon.agent.support.Pages.page;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.shared.metrics.MetricsHandler;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetricFamiliesTest {

    @Test
    void seriesOfOneNameAreOneFamily() {
        assertEquals("""
                # HELP kconmon_a_total counts
                # TYPE kconmon_a_total counter
                kconmon_a_total{x="1"} 3.0
                kconmon_a_total{x="2"} 4.0
                # HELP kconmon_b measures
                # TYPE kconmon_b gauge
                kconmon_b{x="1"} 0.5
                kconmon_b{x="2"} -1.0
                """, page(families -> {
            families.gauge("b", "measures", Labels.of("x", "1"), 0.5);
            families.counter("a", "counts", Labels.of("x", "1"), 3);
            families.gauge("b", "measures", Labels.of("x", "2"), -1);
            families.counter("a", "counts", Labels.of("x", "2"), 4);
        }));
    }

    @Test
    void namesBeginWithThePrefix() {
        var families = new MetricFamilies("mesh");
        families.gauge("b", "measures", Labels.EMPTY, 1);
        assertEquals("""
                # HELP mesh_b measures
                # TYPE mesh_b gauge
                mesh_b 1.0
                """, new MetricsHandler(List.of(families::build)).text());
    }

    @Test
    void labelValuesMayHaveAnyCharacter() {
        assertEquals("""
                # HELP kconmon_b measures
                # TYPE kconmon_b gauge
                kconmon_b{zone="a\\"b\\\\c d/ü"} 1.0
                """, page(families -> families.gauge("b", "measures", Labels.of("zone", "a\"b\\c d/ü"), 1)));
    }
}
