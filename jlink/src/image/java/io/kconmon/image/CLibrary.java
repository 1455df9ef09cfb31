package io.kconmon.image;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The build machine's C library, as far as a runtime is linked against it. */
final class CLibrary {

    /** "libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x…)", and the loader: "/lib64/ld-linux-x86-64.so.2 (0x…)". */
    private static final Pattern LINE = Pattern.compile("(?m)^\\t(?:\\S+ => )?(/\\S+) \\(0x");

    private CLibrary() {
    }

    static void copy(Tree root, String runtime) throws IOException {
        var command = new ArrayList<>(List.of("ldd"));
        for (Path file : Tree.files(root.at(runtime))) {
            if (file.toString().endsWith(".so") || file.endsWith("bin/java")) {
                command.add(file.toString());
            }
        }
        SortedSet<String> needed = new TreeSet<>();
        Matcher matcher = LINE.matcher(Tool.run(command));
        while (matcher.find()) {
            needed.add(matcher.group(1));
        }
        for (String path : needed) {
            if (!Path.of(path).startsWith(root.root().toAbsolutePath())) {
                root.copy(Path.of(path).toRealPath(), path.substring(1));
            }
        }
    }
}
