package io.kconmon.charts;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A series of one sample each {@link RuleSimulation#STEP} seconds; where a sample is not a number there is none. */
record SyntheticSeries(String name, List<Double> samples) {

    /** Seconds from the beginning of one test to that of the next. */
    static final int ROUND = 5;

    /** A gauge, by the seconds since the beginning of time. */
    static SyntheticSeries gauge(String name, int seconds, IntToDoubleFunction at) {
        return new SyntheticSeries(name, IntStream.rangeClosed(0, seconds / RuleSimulation.STEP)
                .mapToObj(it -> at.applyAsDouble(it * RuleSimulation.STEP)).toList());
    }

    /** A counter, by how much it grows in the round that ends at a time. */
    static SyntheticSeries counter(String name, int seconds, IntToDoubleFunction growth) {
        var samples = new ArrayList<Double>();
        double sum = 0;
        for (int at = 0; at <= seconds; at += ROUND) {
            sum += at == 0 ? 0 : growth.applyAsDouble(at);
            if (at % RuleSimulation.STEP == 0) {
                samples.add(sum);
            }
        }
        return new SyntheticSeries(name, samples);
    }

    /** The same, without samples before the first growth: a counter that appears with its first event. */
    SyntheticSeries fromItsFirst() {
        return new SyntheticSeries(name, samples.stream().map(it -> it == 0 ? Double.NaN : it).toList());
    }

    /** The same with more labels, as a scrape adds them. */
    SyntheticSeries labelled(String labels) {
        return new SyntheticSeries(name.replaceFirst("\\{(.*)}", "{$1," + labels + "}"), samples);
    }

    /** The same without the samples of a while. */
    SyntheticSeries without(int from, int to) {
        return new SyntheticSeries(name, IntStream.range(0, samples.size())
                .mapToObj(it -> it * RuleSimulation.STEP >= from && it * RuleSimulation.STEP < to
                        ? Double.NaN
                        : samples.get(it))
                .toList());
    }

    /** In promtool's notation; a series that ends is marked as stale, as Prometheus does. */
    String values() {
        return IntStream.range(0, samples.size()).mapToObj(it -> {
            double sample = samples.get(it);
            if (Double.isNaN(sample)) {
                return it > 0 && !Double.isNaN(samples.get(it - 1)) ? "stale" : "_";
            }
            return sample == Math.rint(sample) ? String.valueOf((long) sample) : String.valueOf(sample);
        }).collect(Collectors.joining(" "));
    }
}
