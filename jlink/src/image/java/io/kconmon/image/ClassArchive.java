package io.kconmon.image;

import static java.util.Comparator.naturalOrder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Class data sharing, made from a run of the programs themselves.
 *
 * <p>
 * One archive, of an agent's classes, serves both: all that is in it is loaded at each start, and an agent starts on every
 * node.
 */
final class ClassArchive {

    private static final int TRAININGS = 3;
    /** ROOT ARCHIVE COMMAND...: runs the command in a copy of the root, and brings the archive back. */
    private static final String IN_A_COPY = """
            set -e
            root=$1 archive=$2
            shift 2
            mount -t tmpfs none /mnt
            tar --sort=name -C "$root" -c . | tar -C /mnt -xp
            LD_LIBRARY_PATH=$JVM_LIBRARIES chroot /mnt "$@"
            cat "/mnt/$archive" >"$root/$archive"
            """;

    private ClassArchive() {
    }

    static void make(Programs programs, Path work, Path classes) throws IOException {
        Tree root = programs.root();
        Path list = root.at("classes.list");
        Path again = root.at("again.jsa");
        Files.write(list, lines(programs, work, Files.readAllLines(classes)));
        dump(programs, "classes.list", Layout.ARCHIVE);
        dump(programs, "classes.list", "again.jsa");
        Reproducible.level(root.at(Layout.ARCHIVE), again);
        Files.move(list, work.resolve("classes.list"));
        Files.delete(again);
    }

    /** Of what can be resolved beforehand the lambdas save most; each line comes after its class. */
    private static List<String> lines(Programs programs, Path work, List<String> classes) throws IOException {
        var lines = new ArrayList<>(classes);
        lines.removeIf(Lambdas::isPlace);
        lines.addAll(new Lambdas(programs, work).lines(Set.copyOf(classes)));
        return lines;
    }

    /**
     * Runs the programs, and notes what they load: neither in which order nor what had been resolved by then, for threads
     * race. What is loaded at all depends on that a little, too, so it is what several runs have loaded.
     */
    static void train(Programs programs, Path work, Path classes) throws IOException {
        SortedSet<String> loaded = new TreeSet<>(
                Comparator.<String, Boolean> comparing(it -> it.startsWith("@")).thenComparing(naturalOrder()));
        var lambdas = new Lambdas(programs, Tree.empty(work).root());
        for (int i = 0; i < TRAININGS; i++) {
            Tree.empty(work);
            for (Path list : Training.run(programs, work)) {
                try (Stream<String> lines = Files.lines(list)) {
                    lines.filter(it -> !it.startsWith("#")).map(it -> it.replaceFirst(" id: .*", ""))
                            .flatMap(it -> it.startsWith("@cp ") ? lambdas.places(it).stream() : Stream.of(it))
                            .forEach(loaded::add);
                }
            }
        }
        Files.write(classes, loaded);
    }

    /**
     * With a copy of the image for its file system, as it keeps the paths of its jars: no two build machines have the same.
     * The copy is on a file system of its own, made anew: what the archive looks like depends on the numbers of its jars'
     * inodes, and these on all else that a disk has seen.
     */
    private static void dump(Programs programs, String list, String archive) throws IOException {
        var command = new ArrayList<>(List.of("unshare", "--map-root-user", "--mount", "sh", "-c", IN_A_COPY, "dump",
                programs.root().root().toAbsolutePath().toString(), archive, "/" + Layout.JVM + "/bin/java"));
        command.addAll(Programs.FIXED);
        command.addAll(List.of("-Xshare:dump", "-XX:+AOTClassLinking", "-XX:SharedClassListFile=/" + list,
                "-XX:SharedArchiveFile=/" + archive, "-cp", Programs.classPath(programs.agent(), "/")));
        // There is no /proc by which the loader could find what lies beside java.
        Tool.run(command, Map.of("JVM_LIBRARIES", "/" + Layout.JVM + "/lib"));
    }
}
