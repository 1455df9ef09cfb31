package io.kconmon.agent.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/**
 * Gives back the pages of mapped files each minute. The start and the collections of the heap need more of the JVM's
 * code and of its class archive than the tests do. A page that is needed again comes from the system's cache of files.
 *
 * <p>
 * A mapping must be read-only and hold no private page, such as the loader's relocations, because private pages would
 * be lost. It must have been there a minute ago, because a library that is just being loaded is not finished.
 */
final class FilePages implements AutoCloseable {

    private static final Duration INTERVAL = Duration.ofMinutes(1);
    private static final Path MAPPINGS = Path.of("/proc/self/smaps");
    /** {@code MADV_DONTNEED}, asm-generic/mman-common.h. */
    private static final int DONTNEED = 4;

    private final Thread thread = Thread.ofVirtual().name("file-pages").unstarted(this::run);
    private Set<String> before = Set.of();

    /** Goes on until it is closed, or until this system's mappings cannot be read. */
    static FilePages start() {
        var pages = new FilePages();
        pages.thread.start();
        return pages;
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                giveBack();
            }
        } catch (InterruptedException | IOException e) {
            // it is closed, or there is nothing to read: nothing changes then
        }
    }

    /** The results of {@link #unchanged} now and the last time. */
    void giveBack() throws IOException {
        Set<String> now;
        try (BufferedReader mappings = Files.newBufferedReader(MAPPINGS)) {
            now = unchanged(mappings);
        }
        try (Memory memory = Memory.take()) {
            for (String mapping : now) {
                if (before.contains(mapping)) {
                    int dash = mapping.indexOf('-');
                    long from = Long.parseUnsignedLong(mapping, 0, dash, 16);
                    long to = Long.parseUnsignedLong(mapping, dash + 1, mapping.indexOf(' '), 16);
                    Libc.MADVISE.call(memory, from, to - from, DONTNEED);
                }
            }
        }
        before = now;
    }

    /**
     * The mappings of files of which every page is as in the file: the first line of each, as proc_pid_smaps(5) has it,
     * "FROM-TO PERMISSIONS OFFSET DEVICE INODE PATH".
     */
    static Set<String> unchanged(BufferedReader mappings) throws IOException {
        var found = new HashSet<String>();
        String mapping = "";
        for (String line = mappings.readLine(); line != null; line = mappings.readLine()) {
            if (!Character.isUpperCase(line.charAt(0))) {
                mapping = line;
            } else if (line.startsWith("Anonymous:") && line.endsWith(" 0 kB") && isOfFile(mapping)) {
                found.add(mapping);
            }
        }
        return found;
    }

    /** A read-only mapping. */
    private static boolean isOfFile(String mapping) {
        return mapping.startsWith("r-", mapping.indexOf(' ') + 1) && mapping.contains(" /");
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
