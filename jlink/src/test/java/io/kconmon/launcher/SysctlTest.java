package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.config.BadSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SysctlTest {

    @TempDir
    private Path folder;
    private Path root;
    private Path outside;

    @BeforeEach
    void makeParameters() throws IOException {
        root = Files.createDirectories(folder.resolve("proc/sys"));
        outside = Files.writeString(folder.resolve("proc/outside"), "7\n");
        Files.createDirectories(root.resolve("net/ipv4/conf/eth0.1"));
        for (String name : List.of("tcp_fin_timeout", "tcp_rmem", "ip_local_port_range", "conf/eth0.1/rp_filter")) {
            Files.writeString(root.resolve("net/ipv4/" + name), "7\n");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            net.ipv4.tcp_fin_timeout=15           | net/ipv4/tcp_fin_timeout       | 15
            net/ipv4/tcp_fin_timeout=15           | net/ipv4/tcp_fin_timeout       | 15
            net.ipv4.tcp_fin_timeout = 15         | net/ipv4/tcp_fin_timeout       | 15
            net.ipv4.tcp_rmem=4096 87380 6291456  | net/ipv4/tcp_rmem              | 4096 87380 6291456
            net/ipv4/conf/eth0.1/rp_filter=0      | net/ipv4/conf/eth0.1/rp_filter | 0
            net.ipv4.tcp_fin_timeout=-1           | net/ipv4/tcp_fin_timeout       | -1
            """)
    void aParameterIsSet(String assignment, String file, String value) throws IOException {
        Sysctl.set(root, assignment);
        assertEquals(value + "\n", Files.readString(root.resolve(file)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_fin_timeout=", "=15", "a=15",
            "net.ipv4.tcp_fin_timeout=15\n", "net.ipv4.tcp_fin_timeout=$(id)", "net..ipv4=1", "../outside=1",
            "net/../../outside=1", "net/ipv4/../../../outside=1", "/etc/passwd=1", "//outside=1",
            "net.ipv4.conf.../outside=1", "-w net.ipv4.tcp_fin_timeout=15", "net ipv4=1"})
    void anArgumentThatIsNotAnAssignmentIsRefused(String assignment) throws IOException {
        assertEquals("sysctl: \"%s\" is not allowed; allowed: key=value, such as net.ipv4.tcp_fin_timeout=15"
                .formatted(assignment.replace("\n", "\\n")),
                assertThrows(BadSettingException.class, () -> Sysctl.set(root, assignment)).getMessage());
        untouched();
    }

    @ParameterizedTest
    @ValueSource(strings = {"net.ipv4.no_such", "net.ipv4", "net.ipv4.conf.eth0.1.rp_filter",
            "net/ipv4.tcp_fin_timeout"})
    void anUnknownParameterIsRefusedAndNotCreated(String key) throws IOException {
        assertEquals("sysctl: \"%s\" is no parameter of this kernel".formatted(key),
                assertThrows(BadSettingException.class, () -> Sysctl.set(root, key + "=1")).getMessage());
        assertFalse(Files.exists(root.resolve("net/ipv4/no_such")));
        untouched();
    }

    private void untouched() throws IOException {
        assertEquals("7\n", Files.readString(outside));
        assertEquals("7\n", Files.readString(root.resolve("net/ipv4/tcp_fin_timeout")));
    }

    /** One that nobody may set, not even root. */
    @Test
    void aRefusalOfTheKernelIsReported() {
        var refused = assertThrows(BadSettingException.class,
                () -> Sysctl.set(Path.of("/proc/sys"), "kernel.random.uuid=1"));
        String line = String.valueOf(refused.getMessage());
        assertTrue(line.startsWith("sysctl: \"kernel.random.uuid\" cannot be set to \"1\": "), line);
        assertFalse(line.endsWith("uuid"), "the file's name is no reason");
    }

    @Test
    void noArgumentsAreRefused() {
        assertEquals("sysctl: nothing to set; allowed: key=value, once or more",
                assertThrows(BadSettingException.class, () -> Sysctl.run(List.of())).getMessage());
    }
}
