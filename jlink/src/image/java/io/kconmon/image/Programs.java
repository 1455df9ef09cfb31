package io.kconmon.image;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The jars, and for each of the two programs its class path and flags.
 *
 * @param agent
 *            the jars of the agent's class path, in their order
 * @param controller
 *            those and the controller's: an archive made with the first serves the second
 */
record Programs(Tree root, List<String> agent, List<String> controller) {

    /** An archive is made with the flags that it depends on: the collector, what modules may do, and the locale. */
    static final List<String> FIXED = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED", "-Duser.language=en", "-Duser.country=US");
    static final String MAIN = "io.kconmon.launcher.Command";

    static Programs copy(Tree root, Path target, Path agentClassPath) throws IOException {
        Set<String> agent = new LinkedHashSet<>();
        Set<String> controller = new LinkedHashSet<>();
        for (Path folder : List.of(target, target.resolve("lib"))) {
            for (Path jar : jars(folder)) {
                String name = jar.getFileName().toString();
                root.copy(jar, Layout.JARS + "/" + name);
                // The launcher lists the settings of both programs, so it needs ours of both; nobody else's.
                (name.startsWith("kconmon-") ? agent : controller).add(name);
            }
        }
        Stream.of(Files.readString(agentClassPath).strip().split(File.pathSeparator))
                .map(it -> Path.of(it).getFileName().toString()).forEach(agent::add);
        controller.removeAll(agent);
        return new Programs(root, List.copyOf(agent), Stream.concat(agent.stream(), controller.stream()).toList());
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(it -> it.toString().endsWith(".jar")).sorted().toList();
        }
    }

    /**
     * Each command is a file of one line, which the kernel reads: there is no shell that would. {@code kconmon} knows
     * them all, so it has the longer class path.
     */
    void writeCommands(Path flags) throws IOException {
        writeFlags("agent", flags, agent);
        writeFlags("controller", flags, controller);
        writeFlags("kconmon", flags, controller);
        writeCommand("agent", "agent");
        writeCommand("controller", "controller");
        writeCommand("kconmon", "kconmon");
    }

    private void writeFlags(String program, Path flags, List<String> jars) throws IOException {
        var lines = new ArrayList<String>();
        for (String file : List.of("jvm", program)) {
            Files.readAllLines(flags.resolve(file)).stream().filter(it -> !it.startsWith("#")).forEach(lines::add);
        }
        lines.add("-XX:SharedArchiveFile=/" + Layout.ARCHIVE);
        lines.add("-cp");
        lines.add(classPath(jars, "/"));
        lines.add(MAIN);
        Files.write(root.at(flagsOf(program)), lines);
    }

    private void writeCommand(String command, String program) throws IOException {
        Path file = root.at(Layout.COMMANDS + "/" + command);
        Files.writeString(file, "#!/%s/bin/java @/%s%n".formatted(Layout.JVM, flagsOf(program)));
        file.toFile().setExecutable(true, false);
    }

    private static String flagsOf(String program) {
        return Layout.HOME + "/" + program + ".flags";
    }

    /** The image's own java. */
    List<String> java() throws IOException {
        return Stream.concat(Stream.of(root.at(Layout.JVM + "/bin/java").toAbsolutePath().toString()), FIXED.stream())
                .toList();
    }

    /** As seen from the build machine. */
    String classPathHere(List<String> jars) {
        return classPath(jars, root.root().toAbsolutePath() + "/");
    }

    static String classPath(List<String> jars, String before) {
        return jars.stream().map(it -> before + Layout.JARS + "/" + it).collect(Collectors.joining(":"));
    }
}
