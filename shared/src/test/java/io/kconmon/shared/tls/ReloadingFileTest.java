package io.kconmon.shared.tls;

import static io.kconmon.testkit.Eventually.eventually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kconmon.shared.config.BadSettingException;
import io.kconmon.testkit.CapturedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ReloadingFileTest {

    @TempDir
    private Path folder;

    private final CapturedLog log = CapturedLog.messages("tls");
    private final List<String> lines = log.lines();

    @AfterEach
    void unlisten() {
        log.close();
    }

    private static String text(List<byte[]> contents) {
        return new String(contents.getFirst(), UTF_8);
    }

    private static void fifo(Path file) throws Exception {
        assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
    }

    @Test
    void aFifoIsRefusedAtOnce() throws Exception {
        Path fifo = folder.resolve("fifo");
        fifo(fifo);
        assertEquals("key: \"%1$s\" is not allowed: %1$s cannot be read: it is no regular file".formatted(fifo),
                assertThrows(BadSettingException.class,
                        () -> new ReloadingFile<>("key", List.of(fifo), ReloadingFileTest::text)).getMessage());
    }

    @Test
    void theLastGoodContentStaysAndTroubleIsReportedOnce() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "good");
        var reloading = new ReloadingFile<>("key", List.of(file), ReloadingFileTest::text);
        Files.delete(file);
        fifo(file);
        String line = "key: \"%1$s\" is not allowed: %1$s cannot be read: it is no regular file; what was read before stays in force"
                .formatted(file);
        eventually(() -> reloading.get().equals("good") && lines.contains(line));
        Files.delete(file);
        Files.writeString(file, "better");
        eventually(() -> reloading.get().equals("better") && lines.contains("files were read again"));
        assertEquals(List.of(line, "files were read again"),
                lines.stream().filter(it -> !it.contains("there is no such file")).toList());
    }

    /** As on a mount whose server is gone; here it is the content that is not made in time. */
    @Test
    void aReaderDoesNotWaitForAFileThatDoesNotAnswer() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "good");
        var asked = new CountDownLatch(1);
        var answers = new CountDownLatch(1);
        var reloading = new ReloadingFile<>("key", List.of(file), contents -> {
            if (text(contents).equals("slow")) {
                asked.countDown();
                try {
                    answers.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
            return text(contents);
        });
        Files.writeString(file, "slow");
        eventually(() -> reloading.get().equals("good") && asked.getCount() == 0);
        assertEquals("good", reloading.get());
        answers.countDown();
        eventually(() -> reloading.get().equals("slow") && !lines.isEmpty());
        assertEquals(List.of("files were read again"), lines);
    }
}
