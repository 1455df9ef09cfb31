package io.kconmon.controller.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kconmon.controller.report.PeerReport;
import io.kconmon.controller.report.Report;
import io.kconmon.controller.report.TcpReport;
import io.kconmon.controller.report.UdpReport;
import io.kconmon.controller.verdict.ReplayJson.ReportLine;
import io.kconmon.controller.verdict.ReplayJson.RosterLine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplayJsonTest {

    private static final String HEAD = "{\"at\":5,\"source\":\"a\",\"interval\":5,\"peers\":[{\"destination\":\"b\"";

    @Test
    void aReportIsReadAsItWasWritten() {
        var report = new Report(1764150005.2, "node \"1\" \\ ü\u0001", 5, List.of(
                new PeerReport("node-2",
                        Optional.of(new UdpReport(5, 4, OptionalInt.of(1), OptionalInt.of(0), OptionalLong.of(282),
                                List.of(0, 0, 100, 0, 0))),
                        Optional.of(new TcpReport(0, 1, Map.of("timeout", 1), OptionalLong.of(130)))),
                new PeerReport("node-3",
                        Optional.of(new UdpReport(5, 0, OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty(),
                                List.of())),
                        Optional.empty())));
        String line = ReplayJson.write(report);
        assertEquals(new ReportLine(report), ReplayJson.read(line));
        assertEquals(
                "{\"at\":1764150005.2,\"source\":\"node \\\"1\\\" \\\\ ü\\u0001\",\"interval\":5.0,\"peers\":["
                        + "{\"destination\":\"node-2\",\"udp\":{\"sent\":5,\"received\":4,\"forwardLost\":1,"
                        + "\"backwardLost\":0,\"rttMicros\":282,\"flows\":[0,0,100,0,0]},"
                        + "\"tcp\":{\"pass\":0,\"fail\":1,\"causes\":{\"timeout\":1},\"connectMicros\":130}},"
                        + "{\"destination\":\"node-3\",\"udp\":{\"sent\":5,\"received\":0,\"forwardLost\":null,"
                        + "\"backwardLost\":null,\"rttMicros\":null}}]}",
                line);
    }

    @Test
    void aRosterIsReadAsItWasWritten() {
        var nodes = List.of(new RosterNode("node-1", "zone-a", false), new RosterNode("node-2", "zone-b", true));
        String line = ReplayJson.write(1764150000, nodes);
        assertEquals("{\"at\":1764150000.0,\"roster\":[{\"node\":\"node-1\",\"zone\":\"zone-a\",\"state\":\"active\"},"
                + "{\"node\":\"node-2\",\"zone\":\"zone-b\",\"state\":\"paused\"}]}", line);
        assertEquals(new RosterLine(1764150000, nodes), ReplayJson.read(line));
    }

    @Test
    void fieldsThatAreNotKnownAreIgnored() {
        assertEquals(
                new ReportLine(new Report(5, "a", 5, List.of(new PeerReport("b", Optional.empty(),
                        Optional.of(new TcpReport(1, 0, Map.of(), OptionalLong.empty())))))),
                ReplayJson.read(" {\"new\":[{\"x\":[1e3,-0.5,true,null,\"\\u00e4\"]}],\"at\":5.0e0,\"source\":\"a\","
                        + "\"interval\":5,\"peers\":[{\"destination\":\"b\",\"udp\":null,\"mtu\":{},"
                        + "\"tcp\":{\"pass\":1,\"fail\":0,\"causes\":null,\"why\":{\"so\":1}}}]} "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            {                              | not JSON: the line ends too early
            []                             | the line: expected an object, found an array
            {} x                           | not JSON: there is more after its end
            {"at":5}                       | neither a roster nor a report: roster or source is missing
            {"source":"a"}                 | at: is missing
            {"at":-1,"roster":[]}          | at: -1.0 is not allowed; allowed: seconds since 1970-01-01
            {"at":"5","roster":[]}         | at: expected a number, found a string
            {"at":5,"source":"a"}          | peers: is missing
            {"at":5,"source":"a","peers":[]} | interval: is missing
            {"at":5,"source":"a","peers":[],"interval":0} | interval: 0.0 is not allowed; allowed: seconds, above 0 and up to 86400
            {"at":5,"roster":[{"zone":"a"}]} | roster[0].node: is missing
            {"at":5,"roster":[{"node":"a","state":"ok"}]} | roster[0].state: "ok" is not allowed; allowed: active, paused
            {"at":05,"roster":[]}          | at: expected a number, found a number
            """)
    void anInvalidLineIsRefused(String line, String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, () -> ReplayJson.read(line)).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            "udp":{"sent":5}               | peers[0].udp.received: is missing
            "udp":{"sent":5,"received":6}  | peers[0].udp.received: 6 is not allowed; allowed: up to sent, which is 5
            "udp":{"sent":-5,"received":6} | peers[0].udp.sent: -5 is not allowed; allowed: a whole number from 0 on
            "udp":{"sent":1.5,"received":1} | peers[0].udp.sent: 1.5 is not allowed; allowed: a whole number from 0 on
            "udp":{"sent":5,"received":4,"forwardLost":6} | peers[0].udp.forwardLost: 6 is not allowed; allowed: up to sent, which is 5
            "udp":7                        | peers[0].udp: expected an object, found a number
            "tcp":{"pass":1}               | peers[0].tcp.fail: is missing
            "tcp":{"pass":1,"fail":"x"}    | peers[0].tcp.fail: expected a number, found a string
            """)
    void anInvalidPeerIsRefused(String peer, String message) {
        assertEquals(message, assertThrows(IllegalArgumentException.class,
                () -> ReplayJson.read(HEAD + "," + peer + "}]}")).getMessage());
    }

    @Test
    void endlessNestingIsRefused() {
        assertEquals("nested deeper than 64", assertThrows(IllegalArgumentException.class,
                () -> ReplayJson.read("{\"x\":" + "[".repeat(100_000))).getMessage());
    }
}
