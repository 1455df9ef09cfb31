package io.kconmon.launcher;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** A metrics page, as text, asked for the series whose labels contain all that is given. */
record Page(String text) {

    static Page of(String url) throws IOException, InterruptedException {
        return new Page(Processes.get(url + "/metrics").body());
    }

    List<String> series(String name, String... labels) {
        List<String> wanted = Stream.of(labels).map(it -> it.replaceFirst("=(.*)", "=\"$1\"")).toList();
        var found = new ArrayList<String>();
        for (String line : text.lines().toList()) {
            if ((line.startsWith(name + "{") || line.startsWith(name + " "))
                    && wanted.stream().allMatch(line::contains)) {
                found.add(line);
            }
        }
        return found;
    }

    boolean has(String name, String... labels) {
        return !series(name, labels).isEmpty();
    }

    /** Of the only such series. */
    OptionalDouble value(String name, String... labels) {
        List<String> series = series(name, labels);
        if (series.size() > 1) {
            throw new IllegalArgumentException("several: " + series);
        }
        return series.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(value(series.getFirst()));
    }

    double sum(String name, String... labels) {
        return series(name, labels).stream().mapToDouble(Page::value).sum();
    }

    private static double value(String line) {
        return Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
    }
}
