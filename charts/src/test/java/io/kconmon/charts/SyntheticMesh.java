package io.kconmon.charts;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;

/** The series of agents in zones a, of two nodes, and b, of three, where a fault lasts for a while; all agents can be broken. */
final class SyntheticMesh {

    /** An ordered pair of nodes: {@code a1} is in zone a. */
    record Pair(String source, String destination) {

        String zones() {
            return source.substring(0, 1) + destination.charAt(0);
        }

        String labels() {
            return "source=\"%s\",source_zone=\"%s\",destination=\"%s\",destination_zone=\"%s\"".formatted(source,
                    source.substring(0, 1), destination, destination.substring(0, 1));
        }
    }

    static final List<String> NODES = List.of("a1", "a2", "b1", "b2", "b3");
    private static final double USUAL_MILLIS = 0.2;

    private final int seconds;
    private final IntPredicate fault;
    private final List<SyntheticSeries> series = new ArrayList<>();

    /** One fault, for the seconds of which {@code fault} is true. */
    SyntheticMesh(int seconds, IntPredicate fault) {
        this.seconds = seconds;
        this.fault = fault;
    }

    static List<Pair> pairs() {
        return NODES.stream().flatMap(it -> NODES.stream().filter(other -> !other.equals(it))
                .map(other -> new Pair(it, other))).toList();
    }

    List<SyntheticSeries> series() {
        return List.copyOf(series);
    }

    SyntheticMesh gauge(String name, IntToDoubleFunction at) {
        series.add(SyntheticSeries.gauge(name, seconds, at));
        return this;
    }

    SyntheticMesh counter(String name, IntToDoubleFunction growth) {
        series.add(SyntheticSeries.counter(name, seconds, growth));
        return this;
    }

    SyntheticMesh fromItsFirst(String name, IntToDoubleFunction growth) {
        series.add(SyntheticSeries.counter(name, seconds, growth).fromItsFirst());
        return this;
    }

    /** The value one way while the fault lasts, and the other way while it does not. */
    IntToDoubleFunction during(double then, double otherwise) {
        return at -> fault.test(at) ? then : otherwise;
    }

    /** Agents and controllers that are scraped. */
    SyntheticMesh scraped() {
        return gauge("kconmon_build_info{component=\"agent\",job=\"kconmon\",instance=\"agents\"}", at -> 1)
                .gauge("kconmon_build_info{component=\"controller\",job=\"kconmon\",instance=\"controllers\"}",
                        at -> 1);
    }

    /** A pair of which all is well, or whose tests all fail during the fault: TCP's by this cause. */
    SyntheticMesh tests(Pair pair, boolean faulty, String cause) {
        IntToDoubleFunction lost = faulty ? during(5, 0) : at -> 0;
        IntToDoubleFunction failed = faulty ? during(1, 0) : at -> 0;
        String labels = pair.labels();
        counter("kconmon_udp_packets_total{%s,outcome=\"sent\"}".formatted(labels), at -> 5);
        counter("kconmon_udp_packets_total{%s,outcome=\"lost\"}".formatted(labels), lost);
        counter("kconmon_udp_results_total{%s,result=\"pass\"}".formatted(labels),
                at -> 1 - failed.applyAsDouble(at));
        gauge("kconmon_udp_loss{%s}".formatted(labels), at -> lost.applyAsDouble(at) * 20);
        gauge("kconmon_udp_duration_milliseconds{%s}".formatted(labels),
                faulty ? during(Double.NaN, USUAL_MILLIS) : at -> USUAL_MILLIS);
        counter("kconmon_tcp_results_total{%s,result=\"pass\"}".formatted(labels),
                at -> 1 - failed.applyAsDouble(at));
        counter("kconmon_tcp_results_total{%s,result=\"fail\"}".formatted(labels), failed);
        return fromItsFirst("kconmon_tcp_failures_total{%s,cause=\"%s\"}".formatted(labels, cause), failed);
    }

    /** Round trips of a pair, in milliseconds. */
    SyntheticMesh roundTrips(Pair pair, IntToDoubleFunction millis) {
        return gauge("kconmon_udp_duration_milliseconds{%s}".formatted(pair.labels()), millis);
    }

    /** A node's lookups of a name. */
    SyntheticMesh lookups(String node, String host, IntToDoubleFunction failed) {
        String labels = "source=\"%s\",source_zone=\"%s\",host=\"%s\"".formatted(node, node.substring(0, 1), host);
        counter("kconmon_dns_results_total{%s,result=\"fail\"}".formatted(labels), failed);
        return counter("kconmon_dns_results_total{%s,result=\"pass\"}".formatted(labels),
                at -> 1 - failed.applyAsDouble(at));
    }

    /** A node's questions to a name server about a name, and how many of them fail. */
    SyntheticMesh questions(String node, String host, String server, IntToDoubleFunction asked,
            IntToDoubleFunction failed) {
        String labels = "source=\"%s\",source_zone=\"%s\",host=\"%s\",server=\"%s\"".formatted(node,
                node.substring(0, 1),
                host, server);
        counter("kconmon_dns_server_results_total{%s,result=\"fail\"}".formatted(labels), failed);
        return counter("kconmon_dns_server_results_total{%s,result=\"pass\"}".formatted(labels),
                at -> asked.applyAsDouble(at) - failed.applyAsDouble(at));
    }

    /** Takes a series away while the fault lasts. */
    SyntheticMesh absent(String beginning, int from, int to) {
        series.replaceAll(it -> it.name().startsWith(beginning) ? it.without(from, to) : it);
        return this;
    }
}
