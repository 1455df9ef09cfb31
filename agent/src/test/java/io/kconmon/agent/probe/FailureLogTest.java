package io.kconmon.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.testkit.CapturedLog;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailureLogTest {

    private final CapturedLog log = CapturedLog.withLevels("agent");
    private final FailureLog failures = new FailureLog("udp", "node-b");

    @AfterEach
    void close() {
        log.close();
    }

    private void passes(int times) {
        for (int i = 0; i < times; i++) {
            failures.record(Optional.empty());
        }
    }

    private void fails(Cause cause) {
        failures.record(Optional.of(cause));
    }

    @Test
    void aTestThatPassesIsNotLogged() {
        passes(100);
        assertEquals(List.of(), log.lines());
    }

    @Test
    void theFirstFailureIsLogged() {
        passes(1);
        fails(Cause.TIMEOUT);
        fails(Cause.REFUSED);
        passes(11);
        assertEquals(List.of("WARNING test begins to fail {test=udp, destination=node-b, cause=timeout}"),
                log.lines());
    }

    @Test
    void theFirstFailuresDetailsAreLogged() {
        failures.record(Optional.of(Cause.TIMEOUT), () -> List.of("detail", "in words", "ports", List.of(1, 2)));
        failures.record(Optional.of(Cause.TIMEOUT), () -> List.of("detail", "in other words", "ports", List.of(3)));
        failures.note("something else", "why", "for a reason");
        assertEquals(List.of(
                "WARNING test begins to fail {test=udp, destination=node-b, cause=timeout, detail=in words, ports=[1, 2]}",
                "WARNING something else {test=udp, destination=node-b, why=for a reason}"), log.lines());
    }

    @Test
    void everyOtherFailureIsOneEpisode() {
        for (int i = 0; i < 100; i++) {
            fails(Cause.TIMEOUT);
            passes(1);
        }
        assertEquals(1, log.lines().size());
    }

    @Test
    void twelvePassesInARowEndIt() {
        fails(Cause.TIMEOUT);
        passes(11);
        fails(Cause.TIMEOUT);
        passes(12);
        passes(100);
        assertEquals(List.of("WARNING test begins to fail {test=udp, destination=node-b, cause=timeout}",
                "INFO test has recovered {test=udp, destination=node-b, failures=2}"), log.lines());
    }

    @Test
    void theNextFailureIsLoggedAgain() {
        fails(Cause.TIMEOUT);
        passes(12);
        fails(Cause.RESET);
        passes(12);
        assertEquals(List.of("WARNING test begins to fail {test=udp, destination=node-b, cause=timeout}",
                "INFO test has recovered {test=udp, destination=node-b, failures=1}",
                "WARNING test begins to fail {test=udp, destination=node-b, cause=reset}",
                "INFO test has recovered {test=udp, destination=node-b, failures=1}"), log.lines());
    }
}
