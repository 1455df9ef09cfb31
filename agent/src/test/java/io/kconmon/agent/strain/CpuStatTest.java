package io.kconmon.agent.strain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuStatTest {

    private static final String V2 = """
            usage_usec 123456
            user_usec 100000
            system_usec 23456
            nr_periods 10
            nr_throttled 3
            throttled_usec 1500
            """;
    private static final String V1 = """
            nr_periods 10
            nr_throttled 3
            throttled_time 2500000
            """;

    @TempDir
    private Path folder;

    private void write(String file, String text) throws IOException {
        Path path = folder.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    /** As a process on the machine, and one in a container, find them. */
    @ParameterizedTest
    @CsvSource({"0::/, sys/cpu.stat, true", "0::/kubepods/pod1/c1, sys/kubepods/pod1/c1/cpu.stat, true",
            "0::/../c1, sys/cpu.stat, true", "0::/kubepods/pod1/c1, sys/cpu.stat, true",
            "'4:cpu,cpuacct:/docker/c1', 'sys/cpu,cpuacct/docker/c1/cpu.stat', false",
            "'4:cpu,cpuacct:/docker/c1', 'sys/cpu,cpuacct/cpu.stat', false",
            "'4:cpuacct,cpu:/', sys/cpu/cpu.stat, false", "1:cpu:/, sys/cpu/cpu.stat, false"})
    void theOwnGroupsIsRead(String membership, String file, boolean v2) throws IOException {
        write("cgroup", "9:name=systemd:/\n3:cpuset:/c1\n2:cpuacct:/\n" + membership + "\n");
        write("sys/cpuset/c1/cpu.stat", "throttled_time 7\n");
        write(file, v2 ? V2 : V1);
        CpuStat stat = CpuStat.find(folder.resolve("cgroup"), folder.resolve("sys"));
        assertEquals(v2 ? 1_500_000 : 2_500_000, stat.throttledNanos());
        write(file, "throttled_usec 2000\n");
        assertEquals(2_000_000, stat.throttledNanos(), "it is read anew each time");
        Files.delete(folder.resolve(file));
        assertEquals(0, stat.throttledNanos());
    }

    @Test
    void whereThereIsNoneNothingIsThrottled() throws IOException {
        assertEquals(0, CpuStat.find(folder.resolve("cgroup"), folder.resolve("sys")).throttledNanos());
        write("cgroup", "garbage\n::\n0::/\n");
        write("sys/cpu.stat", "throttled_usec x\nthrottled_usec 99999999999999999999\n");
        assertEquals(0, CpuStat.find(folder.resolve("cgroup"), folder.resolve("sys")).throttledNanos());
    }

    @Test
    void thisProcessCanBeAsked() {
        assertEquals(true, CpuStat.ofThisProcess().throttledNanos() >= 0);
    }
}
