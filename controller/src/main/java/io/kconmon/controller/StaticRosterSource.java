package io.kconmon.controller;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.file.BoundedFile;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.shared.roster.RosterSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A roster from a file. The file is read once a second and parsed when its content has changed: a look at the content
 * also sees a symbolic link that was swapped, as Kubernetes does with a ConfigMap, which watching the file would not.
 */
final class StaticRosterSource implements RosterSource {

    private static final Log LOG = Log.of("controller");
    /** As much again is made of it while it is parsed, and as much is kept. */
    static final int MAX_FILE_BYTES = Math.clamp(Runtime.getRuntime().maxMemory() / 40, 256 * 1024, 4 * 1024 * 1024);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long CLOSE_MILLIS = 1000;

    private final BoundedFile file;
    private final RosterBoard board;
    private final Duration interval;
    private final Thread thread = Thread.ofVirtual().name("roster-file").unstarted(this::watch);
    private byte @Nullable [] seen;
    private Roster good = Roster.empty();
    /** The error of {@link #seen}; empty if it is a valid roster. */
    private String refused = "";
    /** The last trouble that was logged, so that each is logged once; empty if there is none. */
    private volatile String told = "";

    StaticRosterSource(Path file, RosterBoard board, Duration interval) {
        this.file = new BoundedFile(file, MAX_FILE_BYTES, PATIENCE);
        this.board = board;
        this.interval = interval;
    }

    /**
     * @throws BadSettingException
     *             if the first roster is invalid; a later invalid one is refused in a log line and by
     *             {@link #trouble()}, and the last good one stays
     */
    @Override
    public void start() {
        String trouble = look();
        if (!trouble.isEmpty()) {
            throw new BadSettingException(trouble);
        }
        board.post(good);
        thread.start();
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(interval);
                Roster before = good;
                String trouble = look();
                if (Thread.currentThread().isInterrupted()) {
                    return;
                }
                if (trouble.isEmpty()) {
                    board.post(good);
                    if (!good.equals(before) || !told.isEmpty()) {
                        LOG.info("roster file read", "file", file.path(), "agents", good.size());
                    }
                } else if (!trouble.equals(told)) {
                    LOG.error(trouble + "; the last good roster stays");
                }
                told = trouble;
            }
        } catch (InterruptedException e) {
            // closed
        }
    }

    /**
     * The error of the file in one line; empty if there is none. The last good roster stays on the board: otherwise
     * replicas that share a file would become unready together after a bad edit.
     */
    Optional<String> trouble() {
        return Optional.of(told).filter(it -> !it.isEmpty());
    }

    /** @return the error in one line; empty if there is none */
    private String look() {
        try {
            byte[] now = file.read();
            if (!Arrays.equals(now, seen)) {
                seen = now;
                good = RosterFile.parse(now);
                refused = "";
            }
            return refused;
        } catch (IOException e) {
            return line(String.valueOf(e.getMessage()));
        } catch (IllegalArgumentException e) {
            refused = line(String.valueOf(e.getMessage()));
            return refused;
        } catch (RuntimeException e) { // whatever it is, the next edit is read
            LOG.bug("the roster file could not be read", e);
            refused = line("nothing can be made of it");
            return refused;
        }
    }

    private String line(String reason) {
        return "roster-file: \"%s\" is not allowed: %s".formatted(file.path(), reason);
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            // Who closes this may expect that nothing is posted any more; a file that cannot be read is not waited for.
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
