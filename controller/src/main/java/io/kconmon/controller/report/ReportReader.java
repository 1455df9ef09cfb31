package io.kconmon.controller.report;

import io.kconmon.controller.report.PeerDetail.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the text of an agent's {@code GET /report}: lines {@code name=value}, an empty one, and a line for each peer. It is
 * written, and explained, in the agent's class of that name. Whatever an agent writes, no more than the nodes of the roster
 * comes of it.
 */
final class ReportReader {

    private static final Pattern NUMBER = Pattern.compile("\\d{1,10}");
    private static final String FIRST = "kconmon report 1";
    /** The bounds of an interval, and of a closed interval's age, which is no longer than the next interval. */
    private static final long LEAST_INTERVAL_MILLIS = 100;
    private static final long MOST_MILLIS = 3_600_000;

    private final ReportText text;
    private final Map<String, String> fields = new HashMap<>();
    private final List<PeerReport> peers = new ArrayList<>();
    private final List<PeerDetail> details = new ArrayList<>();
    private List<String> protocols = List.of();
    private int localFailures;
    private int next;
    private int line;

    ReportReader(ReportText text) {
        this.text = text;
    }

    AgentReport read() {
        String body = text.body();
        boolean head = true;
        for (int at = 0, end; at < body.length(); at = end + 1) {
            end = body.indexOf('\n', at);
            line++;
            if (end < 0) {
                throw bad("it is cut short");
            }
            if (line == 1) {
                check(body.substring(at, end).equals(FIRST), "\"" + FIRST + "\" is expected");
            } else if (head) {
                head = end > at;
                if (head) {
                    field(body.substring(at, end));
                } else {
                    protocols = List.of(fields.getOrDefault("protocols", "").split(" ", -1));
                }
            } else {
                peer(body.substring(at, end));
            }
        }
        check(!head, "it has no peers' part");
        return report();
    }

    private AgentReport report() {
        check(text.source().equals(fields.get("source")), "it is not of node " + text.source());
        double at = text.receivedAt() - number("age", 0) / 1e3;
        double interval = number("interval", LEAST_INTERVAL_MILLIS) / 1e3;
        String[] lag = fields.getOrDefault("lag", "").split(",", -1);
        return new AgentReport(new Report(at, text.source(), interval, peers), details,
                "draining".equals(fields.get("state")), lag.length == 2 ? ReportField.number(lag[0]) : 0,
                lag.length == 2 ? ReportField.number(lag[1]) : 0, localFailures);
    }

    private void field(String field) {
        int equals = field.indexOf('=');
        check(equals > 0, "name=value is expected");
        fields.put(field.substring(0, equals), field.substring(equals + 1));
    }

    private long number(String name, long least) {
        String value = fields.getOrDefault(name, "");
        long millis = NUMBER.matcher(value).matches() ? Long.parseLong(value) : -1;
        if (millis < least || millis > MOST_MILLIS) {
            throw bad("%s is not one of %d to %d milliseconds".formatted(name, least, MOST_MILLIS));
        }
        return millis;
    }

    private void peer(String whole) {
        State state = whole.startsWith("!") ? State.PAUSED : whole.startsWith("~") ? State.DRAINING : State.ACTIVE;
        String rest = state == State.ACTIVE ? whole : whole.substring(1);
        String node;
        int named = rest.indexOf('=');
        int space = rest.indexOf(' ');
        if (rest.startsWith("@")) {
            check(space > 0, "a place is expected");
            next = (int) Math.min(Integer.MAX_VALUE - 1, ReportField.number(rest.substring(1, space)));
            rest = rest.substring(space + 1);
            node = place();
        } else if (named > 0 && (named = rest.indexOf(" =")) > 0) {
            node = rest.substring(named + 2);
            rest = rest.substring(0, named);
            if (Collections.binarySearch(text.nodes(), node) < 0) {
                return; // gone from the roster, or made up
            }
        } else {
            node = place();
        }
        check(peers.size() < text.nodes().size(), "it has more peers than there are nodes");
        parts(node, state, rest.split(" ", -1));
    }

    private String place() {
        check(next < text.nodes().size(), "there is no such place in the roster");
        return text.nodes().get(next++);
    }

    private void parts(String node, State state, String[] parts) {
        check(parts.length == protocols.size(), "a part for each protocol is expected");
        Optional<ReportField> udp = Optional.empty();
        Optional<ReportField> tcp = Optional.empty();
        for (int i = 0; i < parts.length; i++) {
            if (!parts[i].equals("-")) {
                ReportField part = part(parts[i]);
                localFailures += part.count("local");
                switch (protocols.get(i)) {
                    case "udp" -> udp = Optional.of(part);
                    case "tcp" -> tcp = Optional.of(part);
                    default -> {
                        // a newer agent's
                    }
                }
            }
        }
        try {
            peers.add(new PeerReport(node, udp.map(ReportField::udp), tcp.map(ReportField::tcp)));
            details.add(new PeerDetail(state, udp.map(ReportField::least).orElse(ReportField.UNKNOWN),
                    udp.map(ReportField::most).orElse(ReportField.UNKNOWN), tcp.map(it -> it.count("r")).orElse(0),
                    udp.map(it -> it.count("u")).orElse(0), udp.flatMap(it -> it.word("by"))));
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private ReportField part(String written) {
        try {
            return ReportField.of(written);
        } catch (IllegalArgumentException e) {
            throw bad(String.valueOf(e.getMessage()));
        }
    }

    private void check(boolean isRight, String otherwise) {
        if (!isRight) {
            throw bad(otherwise);
        }
    }

    private IllegalArgumentException bad(String reason) {
        return new IllegalArgumentException("line %d of the report: %s".formatted(line, reason));
    }
}
