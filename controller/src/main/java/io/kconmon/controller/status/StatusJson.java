package io.kconmon.controller.status;

import io.helidon.json.JsonString;
import io.kconmon.controller.report.AgentReport;
import io.kconmon.controller.report.PeerDetail;
import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import io.kconmon.controller.report.TcpReport;
import io.kconmon.controller.report.UdpReport;
import io.kconmon.controller.verdict.Verdict;
import io.kconmon.controller.verdict.VerdictJson;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The JSON of {@code /status} and its stream. A pair is {@code [source, destination, udp sent, udp received, lost
 * there, lost back, round trip, tcp passed, tcp failed, connect, causes, flows' losses]}: indexes in the list of nodes,
 * counts, microseconds; null stands for an unknown value.
 */
final class StatusJson {

    private StatusJson() {
    }

    /** All of it. */
    static void write(Snapshot snapshot, Appendable out) throws IOException {
        out.append("{\"at\":").append(seconds(snapshot.at())).append(",\"since\":").append(seconds(snapshot.since()))
                .append(",\"reports\":\"").append(snapshot.reports() ? "on" : "off").append("\",\"interval\":")
                .append(seconds(snapshot.interval())).append(",\"nodes\":[");
        String comma = "";
        for (Snapshot.Node node : snapshot.nodes()) {
            OptionalDouble reported = node.reported();
            out.append(comma).append("{\"name\":").append(string(node.name())).append(",\"zone\":")
                    .append(string(node.zone())).append(",\"state\":\"").append(node.state())
                    .append("\",\"reported\":")
                    .append(reported.isPresent() ? seconds(reported.getAsDouble()) : "null").append('}');
            comma = ",";
        }
        out.append("],\"verdicts\":").append(verdicts(snapshot.verdicts())).append(",\"pairs\":[");
        Map<String, Integer> places = snapshot.places();
        comma = "";
        for (Snapshot.Newest newest : snapshot.newest()) {
            String pairs = pairs(newest.report(), places);
            if (!pairs.isEmpty()) {
                out.append(comma).append(pairs);
                comma = ",";
            }
        }
        out.append("]}");
    }

    static String verdicts(List<Verdict> verdicts) {
        return "[" + String.join(",", verdicts.stream().map(VerdictJson::write).toList()) + "]";
    }

    /** One source's row, for an event. */
    static String row(Snapshot.Newest newest, Map<String, Integer> places) {
        return "{\"source\":%d,\"reported\":%s,\"pairs\":[%s]}".formatted(
                places.getOrDefault(newest.text().source(), -1), seconds(newest.at()), pairs(newest.report(), places));
    }

    private static String pairs(AgentReport report, Map<String, Integer> places) {
        Integer source = places.get(report.report().source());
        var json = new StringBuilder();
        List<PeerReport> peers = report.report().peers();
        for (int i = 0; source != null && i < peers.size(); i++) {
            Integer destination = places.get(peers.get(i).destination());
            if (destination != null && (peers.get(i).udp().isPresent() || peers.get(i).tcp().isPresent())) {
                json.append(json.isEmpty() ? "[" : ",[").append(source).append(',').append(destination).append(',');
                figures(json, peers.get(i));
                Optional<UdpReport> udp = peers.get(i).udp();
                List<Integer> flows = udp.map(UdpReport::flowLossPercent).orElse(List.of());
                json.append(',').append(causes(peers.get(i), report.details().get(i))).append(',')
                        .append(flows.isEmpty() ? "null" : flows.toString().replace(" ", "")).append(']');
            }
        }
        return json.toString();
    }

    private static void figures(StringBuilder json, PeerReport peer) {
        Optional<UdpReport> udp = peer.udp();
        json.append(udp.map(UdpReport::sent).orElse(0)).append(',').append(udp.map(UdpReport::received).orElse(0))
                .append(',').append(orNull(udp.map(UdpReport::forwardLost).orElse(OptionalInt.empty()))).append(',')
                .append(orNull(udp.map(UdpReport::backwardLost).orElse(OptionalInt.empty()))).append(',')
                .append(orNull(udp.map(UdpReport::rttMicros).orElse(OptionalLong.empty()))).append(',');
        Optional<TcpReport> tcp = peer.tcp();
        json.append(tcp.map(TcpReport::pass).orElse(0)).append(',').append(tcp.map(TcpReport::fail).orElse(0))
                .append(',').append(orNull(tcp.map(TcpReport::connectMicros).orElse(OptionalLong.empty())));
    }

    /** TCP's causes by their names, and for UDP the sender of ICMP errors. */
    private static String causes(PeerReport peer, PeerDetail detail) {
        var causes = new TreeMap<>(peer.tcp().map(TcpReport::causes).orElse(Map.of()));
        if (detail.undeliverable() > 0) {
            causes.put("udp unreachable" + detail.saidBy().map(it -> ", says " + it).orElse(""),
                    detail.undeliverable());
        }
        if (causes.isEmpty()) {
            return "null";
        }
        var json = new StringBuilder();
        causes.forEach((cause, count) -> json.append(json.isEmpty() ? '{' : ',').append(string(cause)).append(':')
                .append(count));
        return json.append('}').toString();
    }

    /** One pair's last hour. */
    static String history(String source, String destination, List<Report> reports) {
        var json = new StringBuilder("{\"source\":").append(string(source)).append(",\"destination\":")
                .append(string(destination)).append(",\"points\":[");
        String comma = "";
        for (Report report : reports) {
            for (PeerReport peer : report.peers()) {
                if (peer.destination().equals(destination)) {
                    json.append(comma).append('[').append(seconds(report.at())).append(',');
                    figures(json, peer);
                    json.append(']');
                    comma = ",";
                }
            }
        }
        return json.append("]}\n").toString();
    }

    private static String orNull(OptionalInt number) {
        return number.isPresent() ? String.valueOf(number.getAsInt()) : "null";
    }

    private static String orNull(OptionalLong number) {
        return number.isPresent() ? String.valueOf(number.getAsLong()) : "null";
    }

    static String string(String text) {
        return JsonString.create(text).toString();
    }

    /** To the millisecond, and never as 1.7E9. */
    static String seconds(double seconds) {
        BigDecimal millis = BigDecimal.valueOf(seconds).setScale(3, RoundingMode.HALF_UP).stripTrailingZeros();
        return (millis.scale() < 1 ? millis.setScale(1) : millis).toPlainString();
    }
}
