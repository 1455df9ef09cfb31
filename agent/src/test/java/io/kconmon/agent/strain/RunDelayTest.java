package io.kconmon.agent.strain;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunDelayTest {

    private static final long MILLI = 1_000_000;

    @TempDir
    private Path folder;

    private void waited(long millis) throws IOException {
        Files.writeString(folder.resolve("schedstat"), "123456789 %d 42\n".formatted(millis * MILLI));
    }

    private static long latelyMillis(RunDelay delay, long atMillis) {
        return delay.lately(atMillis * MILLI).toMillis();
    }

    /** For a second, in which it does what it had no time for meanwhile. */
    @Test
    void itIsTheLongestWaitOfTheLastSecond() throws IOException {
        waited(60_000); // before it was asked
        try (var delay = RunDelay.of(folder.resolve("schedstat"))) {
            assertEquals(0, latelyMillis(delay, 100));
            waited(60_400);
            assertEquals(400, latelyMillis(delay, 500));
            assertEquals(400, latelyMillis(delay, 501));
            waited(60_430);
            assertEquals(400, latelyMillis(delay, 1499));
            assertEquals(0, latelyMillis(delay, 1500), "it is over");
            waited(60_435);
            assertEquals(0, latelyMillis(delay, 1600), "any thread waits for as long");
            waited(60_441);
            assertEquals(6, latelyMillis(delay, 1700));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1 ", "\n", "none here", "-1 -1 -1"})
    void whatIsNoSchedstatDelaysNothingAndNobody(String text) throws IOException {
        Files.writeString(folder.resolve("schedstat"), text);
        try (var delay = RunDelay.of(folder.resolve("schedstat"))) {
            assertEquals(0, latelyMillis(delay, 5000));
        }
        assertEquals(Duration.ZERO, RunDelay.of(folder.resolve("none")).lately());
    }
}
