package io.kconmon.charts;

import io.kconmon.charts.SyntheticMesh.Pair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** A fault for each alert, which fires it if it lasts, and its series. */
enum SyntheticFault {

    ZONES("KconmonZonesFailing", 2), NODE("KconmonNodeFailing", 3), ROW("KconmonNodeFailing", 3), PAIR(
            "KconmonPairFailing",
            5), STALLED("KconmonAgentStalled", 2), VERDICT("KconmonVerdict", 2), SLOW_ZONES("KconmonZonesSlow",
                    5), SLOW_NODE("KconmonNodeSlow", 10), NAME("KconmonDnsHostFailing", 2), LOOKUPS("KconmonDnsFailing",
                            5), NAME_SERVER("KconmonDnsServerFailing", 5), NEW_NAME("KconmonDnsNeverResolved",
                                    15), NO_NAME("KconmonDnsNeverResolved", 15), MISSING("KconmonAgentMissing",
                                            10), PAUSED("KconmonAgentPaused", 30), ABSENT("KconmonAgentsAbsent",
                                                    10), DESCRIPTORS("KconmonAgentLocalFailures", 10), STRAINED(
                                                            "KconmonAgentStrained",
                                                            15), ROSTER("KconmonRosterStale", 5), CONTROLLERS(
                                                                    "KconmonControllerDown", 5), ROSTER_FILE(
                                                                            "KconmonRosterFileRefused", 2), CERTIFICATE(
                                                                                    "KconmonTlsCertificateExpiring",
                                                                                    15);

    /** Before it all has been well for so long, in seconds. */
    static final int BEGINS = 330;

    /**
     * All of them. Those in a list can be at once: none changes a series that the alert of another one reads, and no
     * alert of a list suppresses another alert of it. The first of a list decides a series that several have, so ABSENT
     * and CONTROLLERS stand first.
     */
    static final List<List<SyntheticFault>> TOGETHER = List.of(
            List.of(PAUSED, SLOW_NODE, NEW_NAME, STRAINED, CERTIFICATE), List.of(MISSING, NO_NAME),
            List.of(SLOW_ZONES, LOOKUPS, DESCRIPTORS, ROSTER), List.of(ABSENT, PAIR, NAME_SERVER),
            List.of(CONTROLLERS, NODE, NAME), List.of(ROW, ROSTER_FILE), List.of(STALLED, VERDICT), List.of(ZONES));

    private final String alert;
    private final int minutes;

    SyntheticFault(String alert, int minutes) {
        this.alert = alert;
        this.minutes = minutes;
    }

    String alert() {
        return alert;
    }

    /** The alert's {@code for}. */
    int minutes() {
        return minutes;
    }

    /** So many seconds of a mesh that has all of these faults until a time. */
    static List<SyntheticSeries> series(List<SyntheticFault> faults, int end, int seconds) {
        var all = new LinkedHashMap<String, SyntheticSeries>();
        faults.forEach(fault -> fault.series(end, seconds).forEach(it -> all.putIfAbsent(it.name(), it)));
        return List.copyOf(all.values());
    }

    /** So many seconds of a mesh that has the fault until a time. */
    List<SyntheticSeries> series(int end, int seconds) {
        var mesh = new SyntheticMesh(seconds, at -> at > BEGINS && at <= end);
        if (this != ABSENT && this != CONTROLLERS) {
            mesh.scraped();
        }
        switch (this) {
            case ZONES -> tests(mesh, it -> it.zones().equals("ab"), "connect-timeout");
            case NODE -> tests(mesh, it -> it.destination().equals("b1"), "connect-timeout");
            case ROW -> tests(mesh, it -> it.source().equals("b1"), "connect-timeout");
            case PAIR -> tests(mesh, it -> it.equals(new Pair("a1", "b1")), "connect-timeout");
            case STALLED -> tests(mesh, it -> it.destination().equals("b1"), "stalled");
            case MISSING -> {
                tests(mesh, it -> false, "none");
                SyntheticMesh.pairs().stream().filter(it -> it.source().equals("b1")).forEach(it -> Set
                        .of("udp_results_total", "udp_packets_total", "udp_loss", "tcp_results_total")
                        .forEach(name -> mesh.absent("kconmon_" + name + "{" + it.labels(), BEGINS + 1, end + 1)));
            }
            case PAUSED -> SyntheticMesh.pairs().forEach(it -> {
                boolean paused = it.destination().equals("b1");
                mesh.gauge("kconmon_udp_loss{%s}".formatted(it.labels()), paused ? mesh.during(Double.NaN, 0) : at -> 0)
                        .counter("kconmon_udp_results_total{%s,result=\"pass\"}".formatted(it.labels()),
                                paused ? mesh.during(0, 1) : at -> 1);
            });
            case SLOW_ZONES -> roundTrips(mesh, it -> it.zones().equals("ab"));
            case SLOW_NODE -> roundTrips(mesh, it -> it.source().equals("b1") || it.destination().equals("b1"));
            case NAME, LOOKUPS -> SyntheticMesh.NODES.forEach(
                    it -> mesh.lookups(it, "example.com",
                            this == NAME || it.equals("a1") ? mesh.during(1, 0) : at -> 0));
            case NEW_NAME, NO_NAME -> SyntheticMesh.NODES.forEach(node -> {
                // Its agents do not look it up before.
                mesh.lookups(node, "new.example.com", at -> at <= end ? 1 : 0).absent("kconmon_dns", 0, BEGINS + 1);
                if (this == NEW_NAME) {
                    mesh.lookups(node, "kubernetes.default", at -> 0);
                }
            });
            // The second one answers in its place.
            case NAME_SERVER -> SyntheticMesh.NODES.forEach(it -> mesh.lookups(it, "example.com", at -> 0)
                    .questions(it, "example.com", "10.0.0.10", at -> 1, mesh.during(1, 0))
                    .questions(it, "example.com", "10.0.0.11", mesh.during(1, 0), at -> 0));
            // It begins and ends later than its fault does.
            case VERDICT -> mesh.gauge("kconmon_verdict{kind=\"node\",node=\"b1\",direction=\"to\",protocol=\"both\"}",
                    at -> at > BEGINS + 10 && at <= end + 25 ? 1 : Double.NaN);
            case ABSENT, CONTROLLERS -> mesh.scraped().absent(
                    this == ABSENT
                            ? "kconmon_build_info{component=\"agent"
                            : "kconmon_build_info{component=\"controller",
                    BEGINS + 1, end + 1);
            case DESCRIPTORS -> mesh.fromItsFirst(
                    "kconmon_zone_tcp_failures_total{%s,cause=\"local\"}".formatted(new Pair("a1", "b1").labels()
                            .replaceAll("destination=\"[^\"]*\",?", "")),
                    mesh.during(1, 0));
            case STRAINED -> mesh.counter("kconmon_echo_delay_seconds_count{job=\"kconmon\",instance=\"b1\"}", at -> 25)
                    .counter("kconmon_echo_delay_seconds_sum{job=\"kconmon\",instance=\"b1\"}", mesh.during(12, 0.01))
                    .counter(
                            "kconmon_dns_results_total{job=\"kconmon\",instance=\"b1\",source=\"b1\",source_zone=\"b\","
                                    + "host=\"example.com\",result=\"pass\"}",
                            at -> 1);
            case CERTIFICATE -> mesh.gauge(
                    "kconmon_tls_certificate_expiry_seconds{job=\"kconmon\",instance=\"controllers\"}",
                    mesh.during(86400, 1e9));
            case ROSTER_FILE -> mesh.gauge(
                    "kconmon_roster_file_last_reload_successful{job=\"kconmon\",instance=\"controllers\"}",
                    mesh.during(0, 1));
            case ROSTER -> mesh.gauge("kconmon_roster_age_seconds{job=\"kconmon\",instance=\"agents\"}",
                    at -> mesh.during(at - BEGINS, 1).applyAsDouble(at));
        }
        return mesh.series();
    }

    private static void tests(SyntheticMesh mesh, Predicate<Pair> faulty, String cause) {
        SyntheticMesh.pairs().forEach(it -> mesh.tests(it, faulty.test(it), cause));
    }

    private static void roundTrips(SyntheticMesh mesh, Predicate<Pair> slow) {
        SyntheticMesh.pairs().forEach(it -> mesh.roundTrips(it, slow.test(it) ? mesh.during(241, 0.2) : at -> 0.2));
    }
}
