package io.kconmon.launcher;

import java.nio.file.Path;

/** {@link Main} for the image, whose commands are {@code #!} files: the kernel puts the file's path first. */
public final class Command {

    private Command() {
    }

    public static void main(String[] arguments) {
        String[] words = arguments.clone();
        words[0] = String.valueOf(Path.of(words[0]).getFileName());
        Main.main(words);
    }
}
