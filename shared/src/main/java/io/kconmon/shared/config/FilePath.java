package io.kconmon.shared.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** A file's path as a user wrote it, in a setting or an option. */
public final class FilePath {

    /** The rule in words, for a refusal. With {@code LANG=C} a path cannot have an umlaut. */
    public static final String ALLOWED = "a file's path in the locale's characters";

    private FilePath() {
    }

    /** Empty if the text can be no path here, whether there is such a file or not. */
    public static Optional<Path> of(String text) {
        try {
            return Optional.of(Path.of(text));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
