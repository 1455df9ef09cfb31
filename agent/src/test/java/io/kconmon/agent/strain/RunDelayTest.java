package io.kconmon.agent.strain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunDelayTest {

    private static final long MILLI = 1_000_000;

    @TempDir
    private Path folder;

    private void waited(long millis) throws IOException {
        write("123456789 %d 42\n".formatted(millis * MILLI));
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve("schedstat"), text);
    }

    private RunDelay delay() {
        return RunDelay.of(folder.resolve("schedstat"), 0);
    }

    private static long latelyMillis(RunDelay delay, long atMillis) {
        return delay.latelyNanos(atMillis * MILLI) / MILLI;
    }

    /** For a second at least, in which it does what it had no time for meanwhile. */
    @Test
    void itIsTheLongestWaitOfTheLastSecondOrTwo() throws IOException {
        waited(60_000); // before it was asked
        try (var delay = delay()) {
            assertEquals(0, latelyMillis(delay, 100));
            waited(60_400);
            assertEquals(400, latelyMillis(delay, 500));
            waited(60_790);
            assertEquals(400, latelyMillis(delay, 999));
            assertEquals(400, latelyMillis(delay, 1999));
            assertEquals(0, latelyMillis(delay, 3000), "it is over");
            waited(60_795);
            assertEquals(0, latelyMillis(delay, 3100), "any thread waits for as long");
            waited(60_801);
            assertEquals(6, latelyMillis(delay, 3200));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1 ", "1 2", "\n", " ", "  ", "none here ", "-1 -1 -1\n", "1 2x 3\n"})
    void whatIsNoSchedstatTellsNothing(String text) throws IOException {
        waited(60_000);
        try (var delay = delay()) {
            write(text);
            assertEquals(0, latelyMillis(delay, 100));
            waited(60_400);
            assertEquals(400, latelyMillis(delay, 200));
        }
    }

    @Test
    void whereTheKernelDoesNotTellNoThreadWaits() {
        assertEquals(0, latelyMillis(delay(), 100));
    }
}
