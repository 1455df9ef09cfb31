package io.kconmon.shared.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class BoundedFileTest {

    private static final Duration LONG = Duration.ofSeconds(50);

    @TempDir
    private Path folder;

    private static void refused(String reason, BoundedFile file) {
        assertEquals(reason, assertThrows(IOException.class, file::read).getMessage());
    }

    private Path fifo() throws Exception {
        Path fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        return fifo;
    }

    @Test
    void theFileIsReadEachTime() throws Exception {
        Path path = Files.writeString(folder.resolve("a"), "one");
        var file = new BoundedFile(path, 3, LONG);
        assertArrayEquals("one".getBytes(StandardCharsets.UTF_8), file.read());
        Files.writeString(path, "two");
        assertArrayEquals("two".getBytes(StandardCharsets.UTF_8), file.read());
        Files.writeString(path, "four");
        refused("it is larger than 3 bytes", file);
        Files.delete(path);
        refused("there is no such file", file);
    }

    @Test
    void onlyARegularFileIsRead() throws Exception {
        refused("it is no regular file", new BoundedFile(fifo(), 9, LONG));
        refused("it is no regular file", new BoundedFile(Path.of("/dev/zero"), 9, LONG));
        refused("Is a directory", new BoundedFile(folder, 9, LONG));
    }

    /** As one of a mount that hangs. */
    @Test
    void aFileThatDoesNotAnswerIsNotReadTwiceAtOnce() throws Exception {
        var readings = new AtomicInteger();
        var answers = new CountDownLatch(1);
        var file = new BoundedFile(folder, Duration.ofMillis(20), () -> {
            readings.incrementAndGet();
            answers.await();
            return new byte[1];
        });
        refused("it does not answer within 20 ms", file);
        refused("it does not answer within 20 ms", file);
        assertEquals(1, readings.get());
        answers.countDown();
        while (true) {
            try {
                assertEquals(1, file.read().length);
                return;
            } catch (IOException e) {
                Thread.onSpinWait(); // the first one ends
            }
        }
    }
}
