package io.kconmon.controller;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterBoard;
import io.kconmon.testkit.CapturedLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class StaticRosterSourceTest {

    private static final Duration INTERVAL = Duration.ofMillis(2);
    private static final Duration SOON = Duration.ofSeconds(20);

    private final RosterBoard board = new RosterBoard();
    private final List<StaticRosterSource> sources = new ArrayList<>();
    private final CapturedLog log = CapturedLog.messages("controller");

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        sources.forEach(StaticRosterSource::close);
        log.close();
    }

    /** What is logged of this test's file; that of a test that has ended may still be read. */
    private List<String> lines() {
        return log.lines().stream().filter(it -> !it.contains("roster.yaml") || it.contains(folder.toString()))
                .toList();
    }

    private static String agents(int... numbers) {
        var text = new StringBuilder("agents:\n");
        for (int number : numbers) {
            text.append("- {name: a-%1$d, nodeName: n-%1$d, ip: 10.0.0.%1$d}\n".formatted(number));
        }
        return text.toString();
    }

    private static Roster roster(int... numbers) {
        return RosterFile.parse(agents(numbers).getBytes(StandardCharsets.UTF_8));
    }

    /** As an editor saves: there is never half a file. */
    private void save(Path file, String text) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private StaticRosterSource start(Path file) {
        var source = new StaticRosterSource(file, board, INTERVAL);
        sources.add(source);
        source.start();
        return source;
    }

    private void comes(Roster before, Roster after) throws InterruptedException {
        assertEquals(Optional.of(after), board.awaitOtherThan(before.revision(), SOON));
    }

    @Test
    void theFirstRosterIsThereOnceItIsStarted() throws Exception {
        Path file = Files.writeString(folder.resolve("roster.yaml"), agents(1, 2));
        start(file);
        assertEquals(Optional.of(roster(1, 2)), board.roster());
        assertEquals(Optional.empty(), board.trouble());
    }

    @Test
    void anEditIsSeen() throws Exception {
        Path file = Files.writeString(folder.resolve("roster.yaml"), agents(1));
        start(file);
        save(file, agents(1, 2));
        comes(roster(1), roster(1, 2));
        save(file, "[]");
        comes(roster(1, 2), Roster.empty());
        save(file, agents(3));
        comes(Roster.empty(), roster(3));
    }

    /** Kubernetes updates a ConfigMap's files by swapping a link to their folder. */
    @Test
    void aSwappedLinkIsSeen() throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("..1")).resolve("roster.yaml"), agents(1));
        Files.writeString(Files.createDirectories(folder.resolve("..2")).resolve("roster.yaml"), agents(2));
        Path data = Files.createSymbolicLink(folder.resolve("..data"), Path.of("..1"));
        Path file = Files.createSymbolicLink(folder.resolve("roster.yaml"), Path.of("..data/roster.yaml"));
        start(file);
        assertEquals(Optional.of(roster(1)), board.roster());
        Path next = Files.createSymbolicLink(folder.resolve("..tmp"), Path.of("..2"));
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        comes(roster(1), roster(2));
    }

    @Test
    void aBadEditIsReportedOnceAndTheLastGoodRosterStays() throws Exception {
        Path file = Files.writeString(folder.resolve("roster.yaml"), agents(1));
        String line = "roster-file: \"%s\" is not allowed: agents[0].ip: \"node-1\" is not an IPv4 or IPv6 address"
                .formatted(file);
        StaticRosterSource source = start(file);
        assertEquals(Optional.empty(), source.trouble());
        save(file, agents(1).replace("10.0.0.1", "node-1"));
        eventually(() -> source.trouble().isPresent());
        assertEquals(Optional.of(line), source.trouble());
        assertEquals(Optional.of(roster(1)), board.roster());
        assertEquals(Optional.empty(), board.trouble());
        untilItLookedAgain();
        assertEquals(List.of(line + "; the last good roster stays"), lines());
        save(file, agents(1));
        eventually(() -> source.trouble().isEmpty());
        save(file, agents(2));
        comes(roster(1), roster(2));
    }

    @Test
    void aMissingFileIsReportedOnceAndTheLastGoodRosterStays() throws Exception {
        Path file = Files.writeString(folder.resolve("roster.yaml"), agents(1));
        String line = "roster-file: \"%s\" is not allowed: there is no such file".formatted(file);
        StaticRosterSource source = start(file);
        Files.delete(file);
        eventually(() -> source.trouble().isPresent());
        assertEquals(Optional.of(line), source.trouble());
        assertEquals(Optional.of(roster(1)), board.roster());
        untilItLookedAgain();
        save(file, agents(1));
        eventually(() -> source.trouble().isEmpty());
        eventually(() -> lines().size() == 2);
        assertEquals(List.of(line + "; the last good roster stays", "roster file read"), lines());
        save(file, agents(2));
        comes(roster(1), roster(2));
    }

    @Test
    void aFileThatIsTooLargeIsReportedOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("roster.yaml"), agents(1));
        StaticRosterSource source = start(file);
        try (var content = new RandomAccessFile(file.toFile(), "rw")) {
            content.setLength(100L * 1024 * 1024 * 1024);
        }
        eventually(() -> source.trouble().isPresent());
        untilItLookedAgain();
        assertEquals(List.of("roster-file: \"%s\" is not allowed: it is larger than %d bytes; ".formatted(file,
                StaticRosterSource.MAX_FILE_BYTES) + "the last good roster stays"), lines());
    }

    /** To open a FIFO that nobody writes to takes for ever. */
    @Test
    void aFifoInItsPlaceIsReportedOnceAndTheLastGoodRosterStays() throws Exception {
        Path file = Files.writeString(folder.resolve("roster.yaml"), agents(1));
        StaticRosterSource source = start(file);
        Path fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        Files.move(fifo, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        eventually(() -> source.trouble().isPresent());
        untilItLookedAgain();
        assertEquals(List.of("roster-file: \"%s\" is not allowed: it is no regular file; the last good roster stays"
                .formatted(file)), lines());
        save(file, agents(2));
        comes(roster(1), roster(2));
        eventually(() -> source.trouble().isEmpty());
    }

    /** Several times, in all likelihood; the board does not show it. */
    private void untilItLookedAgain() throws InterruptedException {
        assertEquals(Optional.empty(), board.awaitOtherThan(board.roster().orElseThrow().revision(),
                INTERVAL.multipliedBy(20)));
    }

    @Test
    void nothingIsReadOnceItIsClosed() throws Exception {
        Path file = Files.writeString(folder.resolve("roster.yaml"), agents(1));
        StaticRosterSource source = start(file);
        save(file, agents(2));
        comes(roster(1), roster(2));
        source.close();
        save(file, agents(3));
        assertEquals(Optional.empty(), board.awaitOtherThan(roster(2).revision(), Duration.ofMillis(30)));
        assertEquals(List.of("roster file read"), lines());
    }

    @Test
    void atTheStartABadFileIsRefusedInOneLine() throws Exception {
        Path none = folder.resolve("none.yaml");
        refused("there is no such file", none);
        refused("Is a directory", folder);
        refused("expected a list of agents, at the top or under \"agents\"",
                Files.writeString(folder.resolve("empty.yaml"), ""));
        refused("agents[0].name: is missing", Files.writeString(folder.resolve("bad.yaml"), "[{}]"));
        refused("is neither YAML nor JSON: expected the node content, but found '<stream end>' (line 1, column 2)",
                Files.writeString(folder.resolve("half.yaml"), "["));
        assertEquals(Optional.empty(), board.roster());
    }

    private void refused(String reason, Path file) {
        var refused = assertThrows(BadSettingException.class, () -> start(file));
        assertEquals("roster-file: \"%s\" is not allowed: %s".formatted(file, reason), refused.getMessage());
    }

    @Test
    void agentsOfAFileHaveAllTheirFields() {
        assertEquals(List.of(new Agent("a-1", "n-1", "10.0.0.1", "unknown")), List.copyOf(roster(1).agents()));
    }
}
