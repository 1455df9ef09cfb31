package io.kconmon.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A folder that becomes a file system. */
record Tree(Path root) {

    /** What Jib gives every file of a layer; the class archive remembers it of each jar, so it has to be true before. */
    private static final FileTime TIME = FileTime.from(Instant.ofEpochSecond(1));

    static Tree empty(Path root) throws IOException {
        if (Files.exists(root)) {
            for (Path path : walk(root).sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
        return new Tree(Files.createDirectories(root));
    }

    static Stream<Path> walk(Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.toList().stream();
        }
    }

    static List<Path> files(Path folder) throws IOException {
        return walk(folder).filter(Files::isRegularFile).sorted().toList();
    }

    static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.sorted().toList();
        }
    }

    /** The path here of one in the image. */
    Path at(String path) throws IOException {
        Path here = root.resolve(path);
        Files.createDirectories(here.getParent());
        return here;
    }

    void copy(Path file, String path) throws IOException {
        Files.copy(file, at(path), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    void copyAll(Path folder, String path) throws IOException {
        for (Path file : files(folder)) {
            copy(file, path + folder.relativize(file));
        }
    }

    void stamp() throws IOException {
        walk(root).forEach(path -> {
            try {
                Files.setLastModifiedTime(path, TIME);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
