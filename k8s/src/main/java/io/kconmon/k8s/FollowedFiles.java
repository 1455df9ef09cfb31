package io.kconmon.k8s;

import io.kconmon.shared.tls.ReloadingFile;
import io.kconmon.shared.config.BadSettingException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** A value that is made of files that may be replaced; while they are invalid, the last value stays. */
final class FollowedFiles {

    private FollowedFiles() {
    }

    /**
     * @param field
     *            that names the first of the files
     * @throws IllegalArgumentException
     *             in one line, if nothing can be made of the files that there are now
     */
    static <T> Supplier<T> following(String field, List<Path> files, ReloadingFile.Made<T> made) {
        try {
            return new ReloadingFile<>(field, files, made);
        } catch (BadSettingException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
