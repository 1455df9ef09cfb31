package io.kconmon.k8s;

import com.sun.management.OperatingSystemMXBean;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.roster.RosterBoard;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * A program of its own, so that its heap is the source's alone: says in one line how it is once so many agents are in the
 * roster, and again for each line on standard input. Arguments: kubeconfig, namespace, agents.
 */
final class ScaleProbe {

    private ScaleProbe() {
    }

    public static void main(String[] args) throws Exception {
        long baseline = liveHeap();
        var board = new RosterBoard();
        long begin = System.nanoTime();
        try (var source = KubernetesRosterSource.create(
                Settings.of(K8sSettings.ALL, Map.of("kubeconfig", args[0], "namespace", args[1])), board)) {
            source.start();
            Lab.eventually(Duration.ofMinutes(2), () -> "no roster: " + board.trouble(),
                    () -> board.roster().map(it -> it.size() == Integer.parseInt(args[2])).orElse(false));
            // What the watches said while the roster was made may make it once more; from then on only changes do.
            Lab.eventually(Duration.ofMinutes(2), () -> "never at rest", () -> source.threads().stream()
                    .filter(it -> it.getName().equals("post roster"))
                    .allMatch(it -> it.getState() == Thread.State.WAITING));
            long millis = (System.nanoTime() - begin) / 1_000_000;
            say("agents=%d rosters=%d millis=%d cpuMillis=%d baselineKiB=%d heapKiB=%d".formatted(
                    board.roster().orElseThrow().size(), source.rosters(), millis, cpuMillis(), baseline, liveHeap()));
            var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (lines.readLine() != null) {
                say("events=%d rosters=%d cpuMillis=%d trouble=%s".formatted(source.events(), source.rosters(),
                        cpuMillis(), board.trouble()));
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static long cpuMillis() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1_000_000;
    }

    private static long liveHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / 1024;
    }
}
