package io.kconmon.launcher.demo;

import io.kconmon.shared.log.JsonLines;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/** Runs the demo until it is interrupted. */
public final class Demo {

    private static final Duration REDRAW = Duration.ofSeconds(1);
    private static final Duration PRINT = Duration.ofSeconds(5);
    /** Told by the shell that starts us; Java cannot know it of standard output alone. */
    public static final String TERMINAL = "stdout.terminal";
    private static final String CLEAR = "\u001b[H\u001b[2J";

    private Demo() {
    }

    /** @throws io.kconmon.shared.config.BadSettingException for an option that is not allowed, in one line */
    public static void run(List<String> words) throws IOException {
        DemoOptions options = DemoOptions.parse(words);
        JsonLines.install(JsonLines.Threshold.OFF);
        boolean terminal = Boolean.getBoolean(TERMINAL);
        boolean coloured = terminal && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
        var mesh = new DemoMesh(options);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
            mesh.forget();
            Runtime.getRuntime().halt(0);
        }));
        show(mesh, options, terminal, coloured, System.out);
        System.exit(0);
    }

    private static void show(DemoMesh mesh, DemoOptions options, boolean terminal, boolean coloured, PrintStream out) {
        String head = head(mesh, options);
        long end = System.nanoTime() + options.atMost().orElse(Duration.ofDays(3650)).toNanos();
        if (!terminal) {
            out.print(head);
        }
        try {
            while (true) {
                Duration pause = terminal ? REDRAW : PRINT;
                Thread.sleep(Duration.ofNanos(Math.clamp(end - System.nanoTime(), 0, pause.toNanos())));
                String text = mesh.status(coloured);
                out.println(terminal ? CLEAR + head + text + "\nCtrl-C ends it." : text);
                out.flush();
                if (System.nanoTime() >= end) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String head(DemoMesh mesh, DemoOptions options) {
        var text = new StringBuilder(
                "kconmon demo: %d nodes in %d zones, each tests each other every %.1f s%n".formatted(
                        options.nodes(), options.zones(), options.interval().toMillis() / 1e3));
        text.append("  page         %s/%n".formatted(mesh.controllerUrl()));
        options.broken()
                .forEach(node -> text.append("  fault: %s answers nobody%n".formatted(node)));
        options.losses().forEach(loss -> text.append("  fault: %s loses %d %% of the packets from %s%n"
                .formatted(loss.to(), loss.percent(), loss.from())));
        options.faults().forEach(fault -> text.append("  fault: %s%n".formatted(fault.inWords())));
        text.append("  agents       %s/agents%n".formatted(mesh.controllerUrl()));
        text.append("  roster file  %s (edit it and watch)%n".formatted(mesh.rosterFile()));
        mesh.urls().forEach((node, url) -> text.append("  %-12s %s/metrics%n".formatted(node, url)));
        return text.toString();
    }
}
