package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.charts.RuleSimulation.Query;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three releases on the same nodes, two of them in one namespace: the rules of each, as the chart makes them, read that release's
 * series and alerts alone.
 */
class TwoReleasesTest {

    private record Release(String name, String namespace) {

        String labels() {
            return "namespace=\"%s\",release=\"%s\"".formatted(namespace, name);
        }

        Path rules(Path folder) throws Exception {
            var spec = Manifest.one(Chart.renderAs(name, namespace, "prometheus.enableRules=true",
                    "fullnameOverride=" + name), "PrometheusRule", "").at("/spec");
            return Files.writeString(folder.resolve(namespace + "-" + name + ".json"), spec.toString());
        }

        List<SyntheticSeries> scraped(List<SyntheticSeries> series) {
            return series.stream().map(it -> it.labelled(labels())).toList();
        }
    }

    private static final Release FAULTY = new Release("kconmon", "kconmon");
    private static final Release NEIGHBOUR = new Release("edge", "kconmon");
    private static final Release OTHER = new Release("kconmon", "mesh");
    /** From a fault's beginning until its alert is at least pending, in seconds. */
    private static final int NOTICED = 120;
    private static final String FIRING = "ALERTS{alertstate=\"firing\",%s}";

    @TempDir
    private Path folder;

    private RuleSimulation simulation() throws Exception {
        return new RuleSimulation(
                List.of(FAULTY.rules(folder), NEIGHBOUR.rules(folder), OTHER.rules(folder)));
    }

    private static List<SyntheticSeries> healthy(int seconds) {
        return SyntheticFault.ZONES.series(0, seconds);
    }

    /** When its alert fires for certain, in seconds. Another release's would fire at the same time. */
    private static int fires(SyntheticFault fault) {
        return (SyntheticFault.BEGINS + fault.minutes() * 60 + NOTICED) / RuleSimulation.STEP * RuleSimulation.STEP;
    }

    @Test
    void aFaultOfOneReleaseFiresNoAlertOfAnother() throws Exception {
        RuleSimulation simulation = simulation();
        for (List<SyntheticFault> faults : SyntheticFault.TOGETHER) {
            int seconds = faults.stream().mapToInt(TwoReleasesTest::fires).max().orElseThrow();
            var series = new ArrayList<>(FAULTY.scraped(SyntheticFault.series(faults, seconds, seconds)));
            series.addAll(NEIGHBOUR.scraped(healthy(seconds)));
            series.addAll(OTHER.scraped(healthy(seconds)));
            var queries = new ArrayList<Query>();
            faults.forEach(it -> queries.add(new Query("absent(%s)".formatted(FIRING.formatted(
                    "alertname=\"%s\",%s".formatted(it.alert(), FAULTY.labels()))), fires(it))));
            for (Release release : List.of(NEIGHBOUR, OTHER)) {
                queries.add(new Query("max_over_time(ALERTS{alertstate=\"firing\",%s}[%ds])".formatted(release.labels(),
                        seconds), seconds));
            }
            simulation.add(faults.toString(), series, queries);
        }
        assertEquals("", simulation.run(folder));
    }

    /** The wider alert leaves out the narrower one only where both are of one release. */
    @Test
    void anAlertOfOneReleaseSilencesNoneOfAnother() throws Exception {
        RuleSimulation simulation = simulation();
        int seconds = fires(SyntheticFault.PAIR);
        for (SyntheticFault wide : List.of(SyntheticFault.ZONES, SyntheticFault.NODE, SyntheticFault.STALLED)) {
            var series = new ArrayList<>(FAULTY.scraped(wide.series(seconds, seconds)));
            series.addAll(NEIGHBOUR.scraped(SyntheticFault.PAIR.series(seconds, seconds)));
            series.addAll(OTHER.scraped(SyntheticFault.PAIR.series(seconds, seconds)));
            var queries = new ArrayList<Query>();
            for (Release release : List.of(NEIGHBOUR, OTHER)) {
                queries.add(new Query("absent(%s)".formatted(FIRING.formatted(
                        "alertname=\"KconmonPairFailing\",source=\"a1\",destination=\"b1\"," + release.labels())),
                        seconds));
            }
            queries.add(new Query("absent(%s)".formatted(FIRING.formatted(
                    "alertname=\"%s\",%s".formatted(wide.alert(), FAULTY.labels()))), seconds));
            queries.add(new Query(FIRING.formatted("alertname=\"KconmonPairFailing\"," + FAULTY.labels()), seconds));
            simulation.add(wide + " beside a pair", series, queries);
        }
        assertEquals("", simulation.run(folder));
    }

    /** A scrape configuration of one's own sets neither label. */
    @Test
    void seriesWithoutTheLabelsAreTheOnlyReleases() throws Exception {
        var simulation = new RuleSimulation(List.of(FAULTY.rules(folder)));
        for (SyntheticFault fault : List.of(SyntheticFault.ZONES, SyntheticFault.SLOW_ZONES, SyntheticFault.NAME,
                SyntheticFault.NAME_SERVER, SyntheticFault.ROSTER)) {
            int seconds = fires(fault);
            simulation.add(fault.toString(), fault.series(seconds, seconds), List.of(
                    new Query("absent(%s)".formatted(FIRING.formatted("alertname=\"%s\"".formatted(fault.alert()))),
                            seconds)));
        }
        assertEquals("", simulation.run(folder));
    }

    /** Every panel and every variable asks for the release's own series. */
    @Test
    void dashboardsAskForTheirReleaseAlone() throws Exception {
        for (Release release : List.of(FAULTY, NEIGHBOUR, OTHER)) {
            String matchers = "{namespace=~\\\"|%s\\\",release=~\\\"|%s\\\"".formatted(release.namespace(),
                    release.name());
            for (Manifest map : Chart.renderAs(release.name(), release.namespace(),
                    "fullnameOverride=" + release.name())) {
                if (map.name().contains("-dashboard-")) {
                    String json = map.at("/data").properties().iterator().next().getValue().asText();
                    String asked = json.replace(matchers, "{own");
                    assertEquals(List.of(), Pattern
                            .compile("(?:kconmon[_:][a-z0-9_:]+|ALERTS)(?!\\{own|[a-z0-9_:])").matcher(asked)
                            .results()
                            .map(MatchResult::group).toList());
                }
            }
        }
    }
}
