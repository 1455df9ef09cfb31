package io.kconmon.agent.strain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long the kernel has kept this process's cgroup from running, of {@code cpu.stat}: {@code throttled_usec} in cgroup
 * v2 (Documentation/admin-guide/cgroup-v2.rst), {@code throttled_time} in nanoseconds in v1.
 */
final class CpuStat {

    private static final String MICROS = "throttled_usec ";
    private static final String NANOS = "throttled_time ";

    private final Optional<Path> file;

    private CpuStat(Optional<Path> file) {
        this.file = file;
    }

    static CpuStat ofThisProcess() {
        return find(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
    }

    /** Where nothing can be found, as on other systems, nothing is ever throttled. */
    static CpuStat find(Path membership, Path root) {
        return new CpuStat(candidates(membership, root).stream().filter(it -> read(it).isPresent()).findFirst());
    }

    /** In a container the path may be the host's, while what is mounted is the container's own. */
    private static List<Path> candidates(Path membership, Path root) {
        var candidates = new ArrayList<Path>();
        for (String line : lines(membership)) {
            String[] fields = line.split(":", 3); // hierarchy, controllers (none in v2), path
            if (fields.length == 3 && (fields[1].isEmpty() || List.of(fields[1].split(",", -1)).contains("cpu"))) {
                for (Path controller : List.of(root.resolve(fields[1]), root.resolve("cpu"))) {
                    candidates.add(Path.of(controller + fields[2], "cpu.stat"));
                    candidates.add(controller.resolve("cpu.stat"));
                }
            }
        }
        return candidates;
    }

    /** Since the cgroup was made. */
    long throttledNanos() {
        return file.map(CpuStat::read).orElse(OptionalLong.empty()).orElse(0);
    }

    private static OptionalLong read(Path file) {
        for (String line : lines(file)) {
            try {
                if (line.startsWith(MICROS)) {
                    return OptionalLong.of(Long.parseLong(line.substring(MICROS.length()).strip()) * 1000);
                }
                if (line.startsWith(NANOS)) {
                    return OptionalLong.of(Long.parseLong(line.substring(NANOS.length()).strip()));
                }
            } catch (NumberFormatException e) {
                // as if it were not there
            }
        }
        return OptionalLong.empty();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
