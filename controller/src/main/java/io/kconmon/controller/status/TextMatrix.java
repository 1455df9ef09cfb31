package io.kconmon.controller.status;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/** A table of cells from each to each, as text. */
final class TextMatrix {

    private static final int GAP = 2;

    private TextMatrix() {
    }

    /**
     * Lines of text.
     *
     * @param cells
     *            the data from one to another
     * @param text
     *            of a cell
     */
    static String render(List<String> names, BiFunction<String, String, Optional<CellSums>> cells,
            BiFunction<String, CellSums, String> text, Colours colours) {
        String corner = "from \\ to";
        int first = Math.max(corner.length(), longest(names)) + GAP;
        var rows = new ArrayList<List<Optional<CellSums>>>();
        var widths = new int[names.size()];
        for (String source : names) {
            var row = new ArrayList<Optional<CellSums>>();
            for (int i = 0; i < names.size(); i++) {
                Optional<CellSums> cell = cells.apply(source, names.get(i)).filter(CellSums::isTested);
                widths[i] = Math.max(widths[i], GAP + Math.max(names.get(i).length(),
                        cell.map(it -> text.apply(source, it).length()).orElse(1)));
                row.add(cell);
            }
            rows.add(row);
        }
        var out = new StringBuilder(pad(corner, first));
        for (int i = 0; i < names.size(); i++) {
            out.append(pad(names.get(i), widths[i]));
        }
        for (int s = 0; s < names.size(); s++) {
            String source = names.get(s);
            end(out).append(pad(source, first));
            for (int i = 0; i < names.size(); i++) {
                int width = widths[i];
                String none = s == i ? "" : "·";
                out.append(rows.get(s).get(i)
                        .map(it -> colours.byLoss(it.worst(), pad(text.apply(source, it), width)))
                        .orElse(pad(none, width)));
            }
        }
        return end(out).toString();
    }

    private static StringBuilder end(StringBuilder out) {
        int length = out.length();
        while (length > 0 && out.charAt(length - 1) == ' ') {
            length--;
        }
        out.setLength(length);
        return out.append('\n');
    }

    private static int longest(List<String> names) {
        return names.stream().mapToInt(String::length).max().orElse(0);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }
}
