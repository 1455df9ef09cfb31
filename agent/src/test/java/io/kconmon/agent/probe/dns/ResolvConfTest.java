package io.kconmon.agent.probe.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResolvConfTest {

    private static final List<String> LOCALHOST = List.of("127.0.0.1");

    private static List<String> servers(String text) {
        return ResolvConf.servers(text).stream().map(DnsServerResult::label).toList();
    }

    @Test
    void aPodsFileIsRead() {
        assertEquals(List.of("10.96.0.10"), servers("""
                search kconmon.svc.cluster.local svc.cluster.local cluster.local
                nameserver 10.96.0.10
                options ndots:1
                """));
    }

    /** inet_aton(3), inet_pton(3). */
    @ParameterizedTest
    @CsvSource({"10.0.0.10, 10.0.0.10", "127.1, 127.0.0.1", "10.258, 10.0.1.2", "1.2.772, 1.2.3.4",
            "0x7f000001, 127.0.0.1", "0X7F.1, 127.0.0.1", "010.0.0.1, 8.0.0.1", "2130706433, 127.0.0.1",
            "fd00::10, fd00::10", "FD00:0:0:0:0:0:0:A, fd00::a", "::ffff:10.0.0.10, 10.0.0.10", "0.0.0.0, 127.0.0.1",
            "::, ::1"})
    void addressesAreReadAsALibraryReadsThem(String text, String server) {
        assertEquals(List.of(server), servers("nameserver " + text + "\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nameserver", "nameserver ", "nameserver\tns.example.com", "nameserver 10.0.0.300",
            "nameserver 256.1", "nameserver 1.2.3.4.5", "nameserver 10.0.0.", "nameserver 08", "nameserver 0x",
            "nameserver 99999999999999999999", "nameserver 4294967296", "nameserver -1", "nameserver +1",
            "nameserver 10.0.0.1:53", "nameserver [::1]", "nameserver ::g", "nameserver fe80::1%no-such-interface",
            "nameserver10.0.0.1", "NAMESERVER 10.0.0.1", " nameserver 10.0.0.1", "# nameserver 10.0.0.1",
            "; nameserver 10.0.0.1", "options", "options ndots:x timeout:-1", "search", "domain", "sortlist 1.2.3",
            "\0", "options attempts:99999999999"})
    void aLineThatCannotBeUsedIsSkipped(String line) {
        assertEquals(List.of("192.0.2.53"), servers(line + "\nnameserver 192.0.2.53\n"));
        assertEquals(LOCALHOST, servers(line));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nameserver\t10.0.0.1", "nameserver   10.0.0.1  # the cluster's", "nameserver 10.0.0.1\r",
            "nameserver 10.0.0.1 10.0.0.2", "nameserver 10.0.0.1\nnameserver 10.0.0.1\n"})
    void textAroundTheAddressIsIgnored(String text) {
        assertEquals(List.of("10.0.0.1"), servers(text));
    }

    @Test
    void theFirstThreeThatCanBeUsedAreAsked() {
        assertEquals(List.of("10.0.0.1", "10.0.0.2", "10.0.0.3"), servers("""
                nameserver 10.0.0.1
                nameserver a.test
                nameserver 10.0.0.2
                nameserver 10.0.0.3
                nameserver 10.0.0.4
                """));
    }

    @Test
    void withoutAFileTheServerIsThisMachine(@TempDir Path directory) throws IOException {
        assertEquals("127.0.0.1", label(directory.resolve("none")));
        assertEquals("127.0.0.1", label(directory));
        Path file = Files.write(directory.resolve("resolv.conf"),
                new byte[]{(byte) 0xff, (byte) 0xfe, 0, '\n', 'n', 'a', 'm', 'e', 's', 'e', 'r', 'v', 'e', 'r', ' ',
                        '9', '.', '9', '\n'});
        assertEquals("9.0.0.9", label(file));
    }

    private static String label(Path file) {
        return DnsServerResult.label(ResolvConf.servers(file).getFirst());
    }
}
