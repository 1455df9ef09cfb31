package io.kconmon.shared.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LogWriterTest {

    private static final Duration LONG = Duration.ofSeconds(50);
    private static final int MANY = 10_000;

    /** A log whose reader starts on command. */
    private static final class Pipe extends OutputStream {

        private final ByteArrayOutputStream read = new ByteArrayOutputStream();
        private final CountDownLatch full = new CountDownLatch(1);
        private final CountDownLatch reader = new CountDownLatch(1);
        private volatile boolean broken;

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            full.countDown();
            try {
                reader.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (broken) {
                throw new IOException("Broken pipe");
            }
            read.write(bytes, offset, length);
        }

        List<String> lines() {
            return read.toString(StandardCharsets.UTF_8).lines().toList();
        }
    }

    /** The level, the message, and the fields. */
    private static final class Plain extends Formatter {
        @Override
        public String format(LogRecord line) {
            if (line.getMessage().equals("bad")) {
                throw new IllegalStateException("a value that cannot be written");
            }
            Object[] fields = line.getParameters();
            return "%s %s%s%n".formatted(line.getLevel(), line.getMessage(), fields == null ? "" : " " + fields[0]);
        }
    }

    private final Pipe pipe = new Pipe();
    private final LogWriter writer = LogWriter.start(pipe, new Plain(), LONG);

    @AfterEach
    void close() {
        pipe.reader.countDown();
        writer.close();
    }

    private void log(String message) {
        writer.publish(new LogRecord(Level.INFO, message));
    }

    private void logMany() throws InterruptedException {
        log("first");
        pipe.full.await();
        for (int i = 0; i < MANY; i++) {
            log("%0100d".formatted(i));
        }
    }

    @Test
    void linesComeInOrder() {
        pipe.reader.countDown();
        log("a");
        log("b");
        writer.flush();
        assertEquals(List.of("INFO a", "INFO b"), pipe.lines());
        assertEquals(0, writer.dropped());
    }

    @Test
    void loggingDoesNotWaitForAReader() throws Exception {
        logMany();
        long dropped = writer.dropped();
        int kept = LogWriter.MAX_BYTES / "INFO %0100d\n".formatted(0).length();
        assertEquals(MANY - kept, dropped);
        pipe.reader.countDown();
        writer.flush();
        List<String> lines = pipe.lines();
        assertEquals(List.of("INFO first",
                "WARNING log lines were dropped: nobody read them in time {lines=%d}".formatted(dropped),
                "INFO %0100d".formatted(MANY - kept)), lines.subList(0, 3));
        assertEquals("INFO %0100d".formatted(MANY - 1), lines.getLast());
        assertEquals(kept + 2, lines.size());
        assertEquals(dropped, writer.dropped());
    }

    @Test
    void closingWaitsForTheReaderForAWhileOnly() throws Exception {
        var impatient = LogWriter.start(pipe, new Plain(), Duration.ofMillis(20));
        impatient.publish(new LogRecord(Level.INFO, "a"));
        pipe.full.await();
        impatient.flush();
        assertEquals(List.of(), pipe.lines());
        pipe.reader.countDown();
        impatient.close();
    }

    @Test
    void linesWithoutAReaderAreCounted() {
        pipe.broken = true;
        pipe.reader.countDown();
        log("a");
        writer.flush();
        assertEquals(1, writer.dropped());
        pipe.broken = false;
        log("b");
        writer.flush();
        assertEquals(List.of("WARNING log lines were dropped: nobody read them in time {lines=1}", "INFO b"),
                pipe.lines());
    }

    @Test
    void aBrokenPipeLosesEachLineOnce() {
        pipe.broken = true;
        pipe.reader.countDown();
        for (String line : List.of("a", "b", "c")) {
            log(line);
        }
        writer.flush();
        assertEquals(3, writer.dropped());
        pipe.broken = false;
        log("d");
        writer.flush();
        assertEquals(List.of("WARNING log lines were dropped: nobody read them in time {lines=3}", "INFO d"),
                pipe.lines());
    }

    @Test
    void aLineThatCannotBeWrittenCostsNoOther() {
        pipe.reader.countDown();
        log("bad");
        log("good");
        writer.flush();
        assertEquals(1, writer.dropped());
        assertTrue(pipe.lines().contains("INFO good"), () -> pipe.lines().toString());
    }

    /** However long it is: a stack trace is. */
    @Test
    void theLastLineIsKept() throws Exception {
        logMany();
        log("x".repeat(2 * LogWriter.MAX_BYTES));
        pipe.reader.countDown();
        writer.flush();
        assertEquals(3, pipe.lines().size());
        assertEquals(MANY, writer.dropped());
    }
}
