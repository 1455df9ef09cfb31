package io.kconmon.charts;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.kconmon.charts.RuleSimulation.Query;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults that end: no alert begins to fire after that, and what fires ends soon. */
class BlipTest {

    private static final List<Integer> BLIPS = List.of(5, 15, 30, 60, 90, 170);

    /** From a fault's end until Prometheus has scraped and evaluated that nothing fails any more. */
    private static final int NOTICED = 2 * RuleSimulation.STEP;

    /** No alert may fire later than this after the end: a minute, and the time to notice. */
    private static final int OVER = 60 + NOTICED;

    /** How long each world is watched after its fault. */
    private static final int WATCHED = 300;

    @TempDir
    private Path folder;

    private static void add(RuleSimulation simulation, SyntheticFault fault, int lasts) {
        int end = SyntheticFault.BEGINS + lasts;
        int seconds = (end + WATCHED) / RuleSimulation.STEP * RuleSimulation.STEP;
        String fired = "max_over_time(ALERTS{alertstate=\"firing\"%s}[%ds])";
        List<String> none = lasts < fault.minutes() * 60
                ? List.of(fired.formatted("", seconds))
                : List.of(
                        // What begins to fire once the end could have been noticed,
                        fired.formatted("", seconds - end - NOTICED)
                                + " unless max_over_time(ALERTS{alertstate=\"firing\"}[%ds] @ %d)".formatted(end,
                                        end + NOTICED),
                        // what goes on,
                        fired.formatted("", seconds - end - OVER),
                        // what tells the same fault a second time,
                        fired.formatted(",alertname!=\"%s\"".formatted(fault.alert()), seconds),
                        // and that it never fired.
                        "absent(max_over_time(ALERTS{alertstate=\"firing\",alertname=\"%s\"}[%ds] @ %d))"
                                .formatted(fault.alert(), end, end));
        simulation.add("%s for %d s".formatted(fault, lasts), fault.series(end, seconds),
                none.stream().map(it -> new Query(it, seconds)).toList());
    }

    @Test
    void noAlertFiresAfterABlip() throws Exception {
        var simulation = new RuleSimulation();
        for (SyntheticFault fault : SyntheticFault.values()) {
            for (int lasts : BLIPS) {
                add(simulation, fault, lasts);
            }
        }
        assertEquals("", simulation.run(folder));
    }

    @Test
    void anAlertFiresWhileItsFaultLastsAndEndsWithIt() throws Exception {
        var simulation = new RuleSimulation();
        for (SyntheticFault fault : SyntheticFault.values()) {
            add(simulation, fault, fault.minutes() * 60 + 300);
        }
        assertEquals("", simulation.run(folder));
    }

    @Test
    void everyAlertHasItsFault() {
        Set<String> alerts = Expressions.rules().stream().filter(it -> it.has("alert"))
                .map(it -> it.path("alert").asText()).filter(it -> !it.equals("KconmonLoopBugs")).collect(toSet());
        assertEquals(alerts, Arrays.stream(SyntheticFault.values()).map(SyntheticFault::alert).collect(toSet()));
        for (SyntheticFault fault : SyntheticFault.values()) {
            JsonNode rule = Expressions.rules().stream().filter(it -> it.path("alert").asText().equals(fault.alert()))
                    .findFirst().orElseThrow();
            assertEquals(fault.minutes() + "m", rule.path("for").asText(), fault.alert());
        }
    }
}
