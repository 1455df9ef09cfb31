package io.kconmon.charts;

import static java.util.stream.Collectors.partitioningBy;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import io.kconmon.charts.RuleSimulation.Query;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

    private static final String FIRED = "max_over_time(ALERTS{alertstate=\"firing\"%s}[%ds])";

    @TempDir
    private Path folder;

    /** Faults that end before any of their alerts may fire. */
    private static void addSilent(RuleSimulation simulation, List<SyntheticFault> faults, int lasts) {
        int end = SyntheticFault.BEGINS + lasts;
        int seconds = seconds(end);
        simulation.add("%s for %d s".formatted(faults, lasts), SyntheticFault.series(faults, end, seconds),
                List.of(new Query(FIRED.formatted("", seconds), seconds)));
    }

    /** A fault that lasts until its own alert may fire. */
    private static void addFiring(RuleSimulation simulation, SyntheticFault fault, int lasts) {
        int end = SyntheticFault.BEGINS + lasts;
        int seconds = seconds(end);
        List<String> none = List.of(
                // What begins to fire once the end could have been noticed,
                FIRED.formatted("", seconds - end - NOTICED)
                        + " unless max_over_time(ALERTS{alertstate=\"firing\"}[%ds] @ %d)".formatted(end,
                                end + NOTICED),
                // what goes on,
                FIRED.formatted("", seconds - end - OVER),
                // what tells the same fault a second time,
                FIRED.formatted(",alertname!=\"%s\"".formatted(fault.alert()), seconds),
                // and that it never fired.
                "absent(max_over_time(ALERTS{alertstate=\"firing\",alertname=\"%s\"}[%ds] @ %d))"
                        .formatted(fault.alert(), end, end));
        simulation.add("%s for %d s".formatted(fault, lasts), fault.series(end, seconds),
                none.stream().map(it -> new Query(it, seconds)).toList());
    }

    private static int seconds(int end) {
        return (end + WATCHED) / RuleSimulation.STEP * RuleSimulation.STEP;
    }

    @Test
    void noAlertFiresAfterABlip() throws Exception {
        var simulation = new RuleSimulation();
        for (int lasts : BLIPS) {
            for (List<SyntheticFault> faults : SyntheticFault.TOGETHER) {
                Map<Boolean, List<SyntheticFault>> silent = faults.stream()
                        .collect(partitioningBy(it -> lasts < it.minutes() * 60));
                if (!silent.get(true).isEmpty()) {
                    addSilent(simulation, silent.get(true), lasts);
                }
                silent.get(false).forEach(it -> addFiring(simulation, it, lasts));
            }
        }
        assertEquals("", simulation.run(folder));
    }

    @Test
    void anAlertFiresWhileItsFaultLastsAndEndsWithIt() throws Exception {
        var simulation = new RuleSimulation();
        for (SyntheticFault fault : SyntheticFault.values()) {
            addFiring(simulation, fault, fault.minutes() * 60 + 300);
        }
        assertEquals("", simulation.run(folder));
    }

    @Test
    void everyAlertHasItsFault() {
        Set<String> alerts = Expressions.rules().stream().filter(it -> it.has("alert"))
                .map(it -> it.path("alert").asText()).filter(it -> !it.equals("KconmonLoopBugs")).collect(toSet());
        assertEquals(alerts, Arrays.stream(SyntheticFault.values()).map(SyntheticFault::alert).collect(toSet()));
        assertEquals(List.of(SyntheticFault.values()),
                SyntheticFault.TOGETHER.stream().flatMap(List::stream).sorted().toList());
        for (SyntheticFault fault : SyntheticFault.values()) {
            JsonNode rule = Expressions.rules().stream().filter(it -> it.path("alert").asText().equals(fault.alert()))
                    .findFirst().orElseThrow();
            assertEquals(fault.minutes() + "m", rule.path("for").asText(), fault.alert());
        }
    }
}
