package io.kconmon.controller.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kconmon.controller.report.PeerDetail.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportReaderTest {

    private static final List<String> NODES = List.of("a=b", "node-1", "node-2", "node-3", "node-4");
    private static final String HEAD = """
            kconmon report 1
            source=node-1
            interval=5000
            age=1250
            state=draining
            lag=11,rs
            protocols=tcp udp

            """;

    private static AgentReport read(String body) {
        return new ReportText("node-1", NODES, 1000, body).read();
    }

    private static TcpReport passed(int connect) {
        return new TcpReport(1, 0, Map.of(), OptionalLong.of(connect));
    }

    private static UdpReport all(int rtt) {
        return new UdpReport(5, 5, OptionalInt.of(0), OptionalInt.of(0), OptionalLong.of(rtt), List.of());
    }

    @Test
    void aReportByIndexesIsRead() {
        AgentReport read = read(HEAD + "1,3m 5,7u,c,j\n@2 - -\n!0;f=2;r=1;timeout=1;local=3;refused=1 5;g=0\n"
                + "~1 5,7u,c,j;g=2;t=2;b=1;w=0.100;u=1;by=10.0.0.1\n");
        assertEquals(new Report(998.75, "node-1", 5, List.of(
                new PeerReport("a=b", Optional.of(all(282)), Optional.of(passed(130))),
                new PeerReport("node-2", Optional.empty(), Optional.empty()),
                new PeerReport("node-3",
                        Optional.of(new UdpReport(5, 0, OptionalInt.empty(), OptionalInt.empty(), OptionalLong.empty(),
                                List.of())),
                        Optional.of(new TcpReport(0, 2, Map.of("timeout", 1, "refused", 1, "local", 3),
                                OptionalLong.empty()))),
                new PeerReport("node-4",
                        Optional.of(new UdpReport(5, 2, OptionalInt.of(2), OptionalInt.of(1), OptionalLong.of(282),
                                List.of(0, 100))),
                        Optional.of(new TcpReport(1, 0, Map.of(), OptionalLong.empty()))))),
                read.report());
        assertEquals(new AgentReport(read.report(), read.details(), true, 37, 1000, 3), read);
        assertEquals(List.of(State.ACTIVE, State.ACTIVE, State.PAUSED, State.DRAINING),
                read.details().stream().map(PeerDetail::state).toList());
        assertEquals(new PeerDetail(State.DRAINING, OptionalLong.of(270), OptionalLong.of(301), 0, 1,
                Optional.of("10.0.0.1")), read.details().get(3));
    }

    @Test
    void aReportByNamesIsReadAndStrangersAreLeftOut() {
        assertEquals(List.of(new PeerReport("a=b", Optional.of(all(282)), Optional.of(passed(130)))),
                read(HEAD + "1,3m 5,7u,c,j =a=b\n1 5 =nobody\n").report().peers());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            x                         | line 9 of the report: a part for each protocol is expected
            1 5 5                     | line 9 of the report: a part for each protocol is expected
            @zz 1 5                   | line 9 of the report: there is no such place in the roster
            @ 1 5                     | a number to base 36 is expected
            1 -5                      | line 9 of the report: a number to base 36 is expected
            1 5,,1                    | line 9 of the report: a number to base 36 is expected
            1 5;g=6                   | line 9 of the report: more was lost or received than was sent
            1 5;g=4;t=2               | line 9 of the report: more was lost or received than was sent
            1 zzzzzz                  | line 9 of the report: so many tests cannot have been made
            1 5;=4                    | line 9 of the report: name=value is expected
            1 5;w=101                 | line 9 of the report: the flows' losses are no percentages
            """)
    void anInvalidReportIsRefusedInOneLine(String line, String message) {
        assertEquals(message,
                assertThrows(IllegalArgumentException.class, () -> read(HEAD + line + "\n")).getMessage());
    }

    @ParameterizedTest
    @CsvSource({"99", "0", "3600001", "86400000", "-1", "x"})
    void anIntervalThatNoAgentCanHaveIsRefused(String millis) {
        assertEquals("line 8 of the report: interval is not one of 100 to 3600000 milliseconds",
                assertThrows(IllegalArgumentException.class, () -> read(HEAD.replace("5000", millis))).getMessage());
    }

    @Test
    void theShortestAndTheLongestIntervalAreRead() {
        assertEquals(0.1, read(HEAD.replace("5000", "100")).report().interval());
        assertEquals(3600, read(HEAD.replace("5000", "3600000")).report().interval());
    }

    @Test
    void anInvalidHeadIsRefused() {
        for (String body : List.of("", "<html>\n", "kconmon report 1\n", HEAD.replace("node-1", "node-2"),
                HEAD.replace("5000", "5e3"), HEAD.replace("=1250", "=99999999999"), HEAD + "1 5")) {
            assertThrows(IllegalArgumentException.class, () -> read(body), body);
        }
    }
}
