package io.kconmon.launcher;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The agents' gauges in milliseconds, scrape by scrape. */
record Figures(List<Double> udp, List<Double> tcp) {

    private static final Pattern GAUGE = Pattern.compile("(?m)^kconmon_(udp_duration|tcp_connect)_milliseconds"
            + "\\{destination=\"([^\"]*)\".* ([0-9.E-]+)$");
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Scrapes for a while, and keeps the series of the nodes wanted. */
    static Figures during(int seconds, NetworkMesh mesh, Collection<Integer> wanted) {
        var figures = new Figures(new ArrayList<>(), new ArrayList<>());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (long next = System.nanoTime(); next < end; next += PERIOD_NANOS) {
            for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            for (int host : mesh.hosts()) {
                figures.add(mesh.page(host), wanted.contains(host) ? mesh.hosts() : wanted);
            }
        }
        return figures;
    }

    private void add(Page page, Collection<Integer> destinations) {
        Matcher gauge = GAUGE.matcher(page.text());
        var lists = Map.of("udp_duration", udp, "tcp_connect", tcp);
        while (gauge.find()) {
            String destination = gauge.group(2);
            if (destinations.stream().anyMatch(it -> NetworkMesh.node(it).equals(destination))) {
                lists.getOrDefault(gauge.group(1), List.of()).add(Double.valueOf(gauge.group(3)));
            }
        }
    }

    /** The figure that this part of all does not exceed. */
    static double quantile(double part, List<Double> of) {
        if (of.isEmpty()) {
            throw new AssertionError("no figures");
        }
        var sorted = new ArrayList<>(of);
        Collections.sort(sorted);
        return sorted.get(Math.clamp((int) Math.ceil(part * sorted.size()) - 1, 0, sorted.size() - 1));
    }

    @Override
    public String toString() {
        return "UDP %s, TCP connect %s".formatted(text(udp), text(tcp));
    }

    private static String text(List<Double> of) {
        return "%.0f/%.0f/%.0f µs (p50/p99/most of %d)".formatted(1000 * quantile(0.5, of), 1000 * quantile(0.99, of),
                1000 * quantile(1, of), of.size());
    }
}
