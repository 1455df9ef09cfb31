package io.kconmon.image;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Lays out the image's root file system: {@code TARGET SOURCE AGENT_CLASS_PATH TRAIN}, run by the JDK whose runtime goes in. Jib
 * makes layers of it.
 */
final class Image {

    private Image() {
    }

    public static void main(String[] arguments) throws IOException {
        Path target = Path.of(arguments[0]);
        Path source = Path.of(arguments[1]);
        Tree root = Tree.empty(target.resolve("image"));

        root.copyAll(source.resolve("root"), "");
        JavaRuntime.link(root.at(Layout.JVM));
        CLibrary.copy(root, Layout.JVM);
        Programs programs = Programs.copy(root, target, Path.of(arguments[2]));
        programs.writeCommands(source.resolve("flags"));
        root.stamp();
        Path work = Tree.empty(target.resolve("training")).root();
        Path classes = source.resolve("classes");
        if (Boolean.parseBoolean(arguments[3])) {
            ClassArchive.train(programs, work, classes);
        }
        ClassArchive.make(programs, work, classes);
        root.stamp();
        // It takes a file of the same name and time for unchanged.
        Tree.empty(target.resolve("jib-cache"));
    }
}
