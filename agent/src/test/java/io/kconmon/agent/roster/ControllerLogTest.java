package io.kconmon.agent.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.support.LogLines;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ControllerLogTest {

    private final LogLines lines = new LogLines();
    private final ControllerLog log = new ControllerLog(URI.create("http://c:8080"));

    @AfterEach
    void close() {
        lines.close();
    }

    @Test
    void itIsSaidOnceThatAControllerIsAwayAndOnceThatItIsBack() {
        for (int i = 0; i < 3; i++) {
            log.lost(new IOException("gone"));
        }
        log.touched();
        log.touched();
        assertEquals(List.of(
                "WARNING the controller does not answer; the last roster stays in force {controller=http://c:8080, reason=gone}",
                "INFO the controller answers again {controller=http://c:8080}"), lines.lines());
    }

    /** Whatever it does, and however often. */
    @Test
    void aControllerDoesNotFillTheLog() {
        for (int i = 0; i < 5000; i++) {
            log.lost(new IOException("gone"));
            log.touched();
            log.refuse("refused", "for reason " + i);
            log.refusePart("entry " + i);
        }
        assertTrue(lines.lines().size() <= 100, () -> lines.lines().size() + " lines");
    }
}
