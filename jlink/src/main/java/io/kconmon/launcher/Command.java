package io.kconmon.launcher;

import java.nio.file.Path;
import java.util.Arrays;

/**
 * {@link Main} for the image, whose commands are {@code #!} files: the kernel puts the file's path first. It is
 * {@code kconmon}, or the name of one of its commands.
 */
public final class Command {

    private Command() {
    }

    public static void main(String[] arguments) {
        String[] words = arguments.clone();
        String name = String.valueOf(Path.of(words[0]).getFileName());
        if (name.equals("kconmon")) {
            Main.main(Arrays.copyOfRange(words, 1, words.length));
        } else {
            words[0] = name;
            Main.main(words);
        }
    }
}
