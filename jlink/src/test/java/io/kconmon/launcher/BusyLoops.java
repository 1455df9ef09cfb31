package io.kconmon.launcher;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What else runs on a node. */
final class BusyLoops implements AutoCloseable {

    private static final String FOR_EVER = "while :; do :; done";

    private final List<Process> processes = new ArrayList<>();

    private BusyLoops() {
    }

    /** So many that never wait, before others as agents are. */
    static BusyLoops of(int count) throws IOException {
        var loops = new BusyLoops();
        for (int i = 0; i < count; i++) {
            loops.start(List.of("nice", "-n", "-10", "sh", "-c", FOR_EVER));
        }
        return loops;
    }

    /** One that takes a CPU from everybody, again and again. */
    static BusyLoops ofRealTime(int cpu, double busySeconds, double pauseSeconds) throws IOException {
        var loops = new BusyLoops();
        loops.start(List.of("taskset", "-c", String.valueOf(cpu), "chrt", "-f", "50", "sh", "-c",
                "while :; do timeout %s sh -c '%s'; sleep %s; done".formatted(busySeconds, FOR_EVER, pauseSeconds)));
        return loops;
    }

    private void start(List<String> command) throws IOException {
        processes.add(new ProcessBuilder(command).inheritIO().start());
    }

    @Override
    public void close() throws InterruptedException {
        for (Process process : processes) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
    }
}
