package io.kconmon.controller.status;

import io.kconmon.controller.report.AgentReport;
import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.status.Snapshot.Node;
import io.kconmon.controller.verdict.Verdict;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.Collectors;

/**
 * The mesh as text for a terminal: the verdicts in words, the zones, the worst pairs, and the matrix of nodes if it
 * fits on a screen.
 */
public final class StatusText {

    private static final int MOST_NODES = 16;
    private static final int MOST_ZONES = 16;
    private static final int MOST_NAMES = 8;
    private static final int WORST = 10;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    private record Pair(String source, String destination) {
    }

    private record Cell(Pair pair, CellSums sums) {
    }

    private final Snapshot snapshot;
    private final Colours colours;
    private final Map<String, String> zones = new HashMap<>();
    private final Map<Pair, CellSums> byZone = new HashMap<>();
    private final Map<Pair, CellSums> byNode = new HashMap<>();
    private final PriorityQueue<Cell> worst = new PriorityQueue<>(Comparator.comparingDouble(it -> it.sums.worst()));

    private StatusText(Snapshot snapshot, boolean coloured) {
        this.snapshot = snapshot;
        this.colours = new Colours(coloured);
        snapshot.nodes().forEach(node -> zones.put(node.name(), node.zone()));
        snapshot.all().forEach(this::add);
    }

    /** @param coloured with the control sequences of a terminal */
    public static String of(Snapshot snapshot, boolean coloured) {
        return new StatusText(snapshot, coloured).render();
    }

    private void add(AgentReport report) {
        String source = report.report().source();
        for (PeerReport peer : report.report().peers()) {
            String zone = zones.get(peer.destination());
            if (zone == null) {
                continue;
            }
            byZone.computeIfAbsent(new Pair(zones.getOrDefault(source, ""), zone), absent -> new CellSums()).add(peer);
            var cell = new Cell(new Pair(source, peer.destination()), CellSums.of(peer));
            if (snapshot.nodes().size() <= MOST_NODES) {
                byNode.put(cell.pair, cell.sums);
            }
            if (cell.sums.worst() > 0) {
                worst.add(cell);
                if (worst.size() > WORST) {
                    worst.remove();
                }
            }
        }
    }

    private String render() {
        var text = new StringBuilder();
        verdicts(text);
        text.append('\n').append(summary());
        List<String> names = zones.values().stream().distinct().sorted().toList();
        if (!byZone.isEmpty() && names.size() > 1 && names.size() <= MOST_ZONES) {
            text.append("\nzones; each cell: udp loss, udp ms, tcp connect ms\n").append(TextMatrix.render(names,
                    (from, to) -> Optional.ofNullable(byZone.get(new Pair(from, to))),
                    (from, cell) -> "%s %s %s".formatted(cell.loss(), cell.roundTrip(), cell.connect()), colours));
        }
        if (!worst.isEmpty()) {
            text.append("\nworst pairs\n");
            var cells = new ArrayList<Cell>(worst);
            cells.sort(Comparator.<Cell>comparingDouble(it -> -it.sums.worst()).thenComparing(it -> it.pair.source)
                    .thenComparing(it -> it.pair.destination));
            cells.forEach(cell -> text.append("  ").append(colours.byLoss(cell.sums.worst(), "%s → %s: %s"
                    .formatted(cell.pair.source, cell.pair.destination, cell.sums.inWords()))).append('\n'));
        }
        if (!byNode.isEmpty()) {
            text.append("\nnodes; each cell: tcp connect ms, udp ms, udp loss\n").append(TextMatrix.render(
                    snapshot.nodes().stream().map(Node::name).toList(),
                    (from, to) -> Optional.ofNullable(byNode.get(new Pair(from, to))),
                    (from, cell) -> "%s %s %s".formatted(cell.connect(), cell.roundTrip(), cell.loss()), colours));
        }
        return text.toString();
    }

    private void verdicts(StringBuilder text) {
        for (Verdict verdict : snapshot.verdicts()) {
            text.append(colours.bad(verdict.words())).append('\n');
        }
        switch (MeshHealth.of(snapshot)) {
            case VERDICT -> {
                // printed above
            }
            case WELL -> text.append(colours.good("all is well: no verdict")).append('\n');
            case UNKNOWN -> text.append(colours.uncertain(whyUnknown())).append('\n');
        }
    }

    private String whyUnknown() {
        if (!snapshot.reports()) {
            return "not known: agents are not asked for reports (reports.enabled is false), so there are no verdicts";
        }
        if (snapshot.nodes().isEmpty()) {
            return "not known: there is no agent in the roster";
        }
        if (!MeshHealth.canTest(snapshot)) {
            return "not known: a test takes two active nodes, and there are fewer";
        }
        if (snapshot.newest().size() > 1 && !MeshHealth.isTested(snapshot)) {
            return "not known: no agent has told of a test of another";
        }
        return "not known yet: %d of %d agents have reported, and this controller began %.0f s ago"
                .formatted(snapshot.newest().size(), snapshot.nodes().size(), snapshot.at() - snapshot.since());
    }

    private String summary() {
        var text = new StringBuilder("%d nodes in %d zones at %s UTC, intervals of %s s, %d report".formatted(
                snapshot.nodes().size(), zones.values().stream().distinct().count(), time(snapshot.at()),
                StatusJson.seconds(snapshot.interval()).replaceAll("\\.0$", ""), snapshot.newest().size()));
        var reporting = snapshot.newest().stream().map(it -> it.text().source()).collect(Collectors.toSet());
        names(text, "silent", snapshot.nodes().stream()
                .filter(it -> it.state().equals("active") && !reporting.contains(it.name())).map(Node::name).toList());
        for (String state : List.of("paused", "draining")) {
            names(text, state, snapshot.nodes().stream().filter(it -> it.state().equals(state)).map(Node::name)
                    .toList());
        }
        return text.append('\n').toString();
    }

    private static void names(StringBuilder text, String what, List<String> names) {
        if (!names.isEmpty()) {
            text.append("; ").append(what).append(": ")
                    .append(names.stream().limit(MOST_NAMES).collect(Collectors.joining(", ")));
            if (names.size() > MOST_NAMES) {
                text.append(" and ").append(names.size() - MOST_NAMES).append(" more");
            }
        }
    }

    private static String time(double seconds) {
        return TIME.format(Instant.ofEpochMilli(Math.round(seconds * 1e3)));
    }
}
