package io.kconmon.controller.status;

import io.kconmon.controller.report.ReportHistory;
import io.kconmon.controller.report.ReportText;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** A mesh of some nodes in two zones, with reports that a test gives. */
final class Meshes {

    final RosterBoard board = new RosterBoard();
    final AtomicReference<Double> now = new AtomicReference<>(1_764_150_000.0);
    final MeshStatus status;
    final RosterHistory rosters = new RosterHistory();
    private final List<String> nodes;

    Meshes(int nodes, boolean reports) {
        this.status = new MeshStatus(board, reports, new ReportHistory(1 << 20), now::get);
        this.nodes = IntStream.rangeClosed(1, nodes).mapToObj("node-%d"::formatted).sorted().toList();
        post(List.of());
    }

    void post(List<String> paused) {
        var agents = new ArrayList<Agent>();
        for (String node : nodes) {
            agents.add(new Agent("pod-" + node, node, "127.0.0.1", agents.size() % 2 == 0 ? "zone-a" : "zone-b", 1,
                    paused.contains(node)));
        }
        board.post(Roster.of(agents));
    }

    /** Lines as an agent writes them, of all nodes in their order; its own is left empty. */
    void report(String source, String... lines) {
        reportOf(source, 5000, lines);
    }

    /** The same, of an interval of so many milliseconds. */
    void reportOf(String source, long intervalMillis, String... lines) {
        report("source=%s\ninterval=%d\nage=0\nprotocols=tcp udp\n".formatted(source, intervalMillis), source, lines);
    }

    /** The same, under a head of the test's own. */
    void report(String head, String source, String[] lines) {
        var body = new StringBuilder("kconmon report 1\n").append(head).append('\n');
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].isEmpty()) {
                boolean marked = lines[i].startsWith("!") || lines[i].startsWith("~");
                body.append(marked ? lines[i].substring(0, 1) : "").append('@')
                        .append(Integer.toString(i, Character.MAX_RADIX)).append(' ')
                        .append(marked ? lines[i].substring(1) : lines[i]).append('\n');
            }
        }
        var text = new ReportText(source, nodes, now.get(), body.toString());
        status.accept(text.read(), text);
    }

    void pass(double seconds) {
        now.updateAndGet(it -> it + seconds);
    }
}
