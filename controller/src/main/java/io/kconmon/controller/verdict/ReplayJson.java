package io.kconmon.controller.verdict;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import io.kconmon.controller.report.TcpReport;
import io.kconmon.controller.report.UdpReport;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a recording. They are a contract: {@code {"at", "roster": […]}} whenever it changes, and {@code {"at",
 * "source", "interval", "peers": […]}} for each report. Unknown fields are ignored; unknown values are absent or null.
 */
public final class ReplayJson {

    /** The content of one line. */
    public sealed interface Line {
        /** When that was, in seconds since 1970-01-01. */
        double at();
    }

    /** Who is there from now on. */
    public record RosterLine(double at, List<RosterNode> nodes) implements Line {
        public RosterLine {
            nodes = List.copyOf(nodes);
        }
    }

    /** One agent's measurements. */
    public record ReportLine(Report report) implements Line {
        @Override
        public double at() {
            return report.at();
        }
    }

    private ReplayJson() {
    }

    /** @throws IllegalArgumentException in one line, for an invalid line */
    public static Line read(String line) {
        return new Reading(line).line();
    }

    /** The line with the roster, without a line break. */
    public static String write(double at, List<RosterNode> nodes) {
        var json = new StringBuilder(64 + 64 * nodes.size()).append("{\"at\":").append(JsonText.seconds(at))
                .append(",\"roster\":[");
        String comma = "";
        for (RosterNode node : nodes) {
            json.append(comma).append("{\"node\":").append(JsonText.string(node.node())).append(",\"zone\":")
                    .append(JsonText.string(node.zone())).append(",\"state\":")
                    .append(node.paused() ? "\"paused\"}" : "\"active\"}");
            comma = ",";
        }
        return json.append("]}").toString();
    }

    /** A report's line, without a line break. */
    public static String write(Report report) {
        var json = new StringBuilder(128 + 160 * report.peers().size()).append("{\"at\":")
                .append(JsonText.seconds(report.at())).append(",\"source\":").append(JsonText.string(report.source()))
                .append(",\"interval\":").append(JsonText.seconds(report.interval())).append(",\"peers\":[");
        String comma = "";
        for (PeerReport peer : report.peers()) {
            json.append(comma).append("{\"destination\":").append(JsonText.string(peer.destination()));
            peer.udp().ifPresent(it -> write(json, it));
            peer.tcp().ifPresent(it -> write(json, it));
            json.append('}');
            comma = ",";
        }
        return json.append("]}").toString();
    }

    private static void write(StringBuilder json, UdpReport udp) {
        json.append(",\"udp\":{\"sent\":").append(udp.sent()).append(",\"received\":").append(udp.received())
                .append(",\"forwardLost\":").append(orNull(udp.forwardLost())).append(",\"backwardLost\":")
                .append(orNull(udp.backwardLost())).append(",\"rttMicros\":").append(orNull(udp.rttMicros()));
        if (!udp.flowLossPercent().isEmpty()) {
            json.append(",\"flows\":").append(udp.flowLossPercent().toString().replace(" ", ""));
        }
        json.append('}');
    }

    private static void write(StringBuilder json, TcpReport tcp) {
        json.append(",\"tcp\":{\"pass\":").append(tcp.pass()).append(",\"fail\":").append(tcp.fail());
        if (!tcp.causes().isEmpty()) {
            json.append(",\"causes\":").append(JsonText.counts(tcp.causes()));
        }
        tcp.connectMicros().ifPresent(it -> json.append(",\"connectMicros\":").append(it));
        json.append('}');
    }

    private static String orNull(OptionalInt number) {
        return number.isPresent() ? Integer.toString(number.getAsInt()) : "null";
    }

    private static String orNull(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "null";
    }

    /** One line while it is read: its fields come in any order. */
    private static final class Reading {

        private final JsonCursor json;
        private double at = Double.NaN;
        private double interval = Double.NaN;
        private @Nullable String source;
        private @Nullable List<RosterNode> roster;
        private @Nullable List<PeerReport> peers;

        Reading(String line) {
            json = new JsonCursor(line);
        }

        Line line() {
            json.object("the line", name -> {
                switch (name) {
                    case "at" -> at = json.number(name);
                    case "interval" -> interval = json.number(name);
                    case "source" -> source = json.string(name);
                    case "roster" -> roster = roster();
                    case "peers" -> peers = peers();
                    default -> json.skip();
                }
            });
            json.end();
            if (Double.isNaN(at)) {
                throw missing("at");
            }
            if (!(at >= 0 && at < 1e11)) {
                throw new IllegalArgumentException(
                        "at: %s is not allowed; allowed: seconds since 1970-01-01".formatted(at));
            }
            List<RosterNode> nodes = roster;
            return nodes != null ? new RosterLine(at, nodes) : report();
        }

        private Line report() {
            if (source == null && peers == null) {
                throw new IllegalArgumentException("neither a roster nor a report: roster or source is missing");
            }
            String from = required("source", source);
            List<PeerReport> of = required("peers", peers);
            if (Double.isNaN(interval)) {
                throw missing("interval");
            }
            if (!(interval > 0 && interval <= 86_400)) {
                throw new IllegalArgumentException(
                        "interval: %s is not allowed; allowed: seconds, above 0 and up to 86400".formatted(interval));
            }
            return new ReportLine(new Report(at, from, interval, of));
        }

        private List<RosterNode> roster() {
            var nodes = new ArrayList<RosterNode>();
            json.array("roster", () -> nodes.add(rosterNode("roster[%d]".formatted(nodes.size()))));
            return nodes;
        }

        private RosterNode rosterNode(String where) {
            var texts = new LinkedHashMap<String, String>();
            json.object(where, name -> {
                if (name.equals("node") || name.equals("zone") || name.equals("state")) {
                    if (!json.isNull()) {
                        texts.put(name, json.string(where + "." + name));
                    }
                } else {
                    json.skip();
                }
            });
            String state = texts.getOrDefault("state", "active");
            if (!state.equals("active") && !state.equals("paused") && !state.equals("draining")) {
                throw new IllegalArgumentException(
                        "%s.state: \"%s\" is not allowed; allowed: active, paused".formatted(where, state));
            }
            return new RosterNode(required(where + ".node", texts.get("node")),
                    texts.getOrDefault("zone", "unknown"), !state.equals("active"));
        }

        private List<PeerReport> peers() {
            var all = new ArrayList<PeerReport>();
            json.array("peers", () -> all.add(peer(all.size())));
            return all;
        }

        private PeerReport peer(int index) {
            var peer = new Object() {
                @Nullable
                String destination;
                Optional<UdpReport> udp = Optional.empty();
                Optional<TcpReport> tcp = Optional.empty();
            };
            try {
                json.object("the peer", name -> {
                    switch (name) {
                        case "destination" -> peer.destination = json.string(name);
                        case "udp" -> peer.udp = json.isNull() ? Optional.empty() : Optional.of(udp());
                        case "tcp" -> peer.tcp = json.isNull() ? Optional.empty() : Optional.of(tcp());
                        default -> json.skip();
                    }
                });
                return new PeerReport(required("destination", peer.destination), peer.udp, peer.tcp);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("peers[%d].%s".formatted(index, e.getMessage()), e);
            }
        }

        private UdpReport udp() {
            int[] counts = {-1, -1, -1, -1};
            long[] rtt = {-1};
            var flows = new ArrayList<Integer>();
            json.object("udp", name -> {
                switch (name) {
                    case "sent" -> counts[0] = json.count("udp.sent");
                    case "received" -> counts[1] = json.count("udp.received");
                    case "forwardLost" -> counts[2] = json.isNull() ? -1 : json.count("udp.forwardLost");
                    case "backwardLost" -> counts[3] = json.isNull() ? -1 : json.count("udp.backwardLost");
                    case "rttMicros" -> rtt[0] = json.isNull() ? -1 : Math.round(positive("udp.rttMicros"));
                    case "flows" -> {
                        if (!json.isNull()) {
                            json.array("udp.flows", () -> flows.add(json.count("udp.flows")));
                        }
                    }
                    default -> json.skip();
                }
            });
            if (counts[0] < 0 || counts[1] < 0) {
                throw missing(counts[0] < 0 ? "udp.sent" : "udp.received");
            }
            if (counts[1] > counts[0]) {
                throw new IllegalArgumentException("udp.received: %d is not allowed; allowed: up to sent, which is %d"
                        .formatted(counts[1], counts[0]));
            }
            for (int way = 2; way < counts.length; way++) {
                if (counts[way] > counts[0]) {
                    throw new IllegalArgumentException("udp.%s: %d is not allowed; allowed: up to sent, which is %d"
                            .formatted(way == 2 ? "forwardLost" : "backwardLost", counts[way], counts[0]));
                }
            }
            return new UdpReport(counts[0], counts[1], optional(counts[2]), optional(counts[3]),
                    rtt[0] < 0 ? OptionalLong.empty() : OptionalLong.of(rtt[0]), flows);
        }

        private TcpReport tcp() {
            int[] counts = {-1, -1};
            long[] connect = {-1};
            Map<String, Integer> causes = new LinkedHashMap<>();
            json.object("tcp", name -> {
                switch (name) {
                    case "pass" -> counts[0] = json.count("tcp.pass");
                    case "fail" -> counts[1] = json.count("tcp.fail");
                    case "causes" -> {
                        if (!json.isNull()) {
                            json.object("tcp.causes", cause -> causes.put(cause, json.count("tcp.causes." + cause)));
                        }
                    }
                    case "connectMicros" -> connect[0] = json.isNull() ? -1 : Math.round(positive("tcp.connectMicros"));
                    default -> json.skip();
                }
            });
            if (counts[0] < 0 || counts[1] < 0) {
                throw missing(counts[0] < 0 ? "tcp.pass" : "tcp.fail");
            }
            return new TcpReport(counts[0], counts[1], causes,
                    connect[0] < 0 ? OptionalLong.empty() : OptionalLong.of(connect[0]));
        }

        private double positive(String what) {
            double number = json.number(what);
            if (number < 0 || number > 1e15) {
                throw new IllegalArgumentException("%s: %s is not allowed; allowed: from 0 on".formatted(what, number));
            }
            return number;
        }

        private static OptionalInt optional(int count) {
            return count < 0 ? OptionalInt.empty() : OptionalInt.of(count);
        }

        private static <T> T required(String field, @Nullable T value) {
            if (value == null) {
                throw missing(field);
            }
            return value;
        }

        private static IllegalArgumentException missing(String field) {
            return new IllegalArgumentException(field + ": is missing");
        }
    }
}
