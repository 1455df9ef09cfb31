package io.kconmon.agent.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.testkit.CapturedLog;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerLogTest {

    private final CapturedLog lines = CapturedLog.withLevels("agent");
    private final ControllerLog log = new ControllerLog(URI.create("http://c:8080"), Duration.ofMinutes(5));

    @AfterEach
    void close() {
        lines.close();
    }

    @Test
    void aControllersAbsenceAndItsReturnAreEachLoggedOnce() {
        log.touched();
        for (int i = 0; i < 3; i++) {
            log.lost(new IOException("gone"));
        }
        log.touched();
        log.touched();
        assertEquals(List.of(
                "WARNING the controller does not answer; the last roster stays in force {controller=http://c:8080, reason=gone}",
                "INFO the controller answers again {controller=http://c:8080}"), lines.lines());
    }

    /** On a first install agents are there before their controller is. */
    @Test
    void aControllerThatHasNotComeYetIsWaitedFor() {
        log.lost(new IOException("gone"));
        log.lost(new IOException("gone"));
        log.touched();
        assertEquals(List.of("INFO waiting for a controller {controller=http://c:8080, reason=gone}",
                "INFO the controller answers {controller=http://c:8080}"), lines.lines());
    }

    /** Whatever it does, and however often. */
    @Test
    void aControllerDoesNotFillTheLog() {
        for (int i = 0; i < 5000; i++) {
            log.lost(new IOException("gone"));
            log.touched();
            log.refuse("refused", new IOException("for reason " + i));
            log.refusePart("entry " + i);
        }
        assertTrue(lines.lines().size() <= 100, () -> lines.lines().size() + " lines");
    }
}
