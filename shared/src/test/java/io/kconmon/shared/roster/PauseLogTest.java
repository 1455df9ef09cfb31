package io.kconmon.shared.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.shared.log.Log;
import io.kconmon.testkit.CapturedLog;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PauseLogTest {

    private static final Duration MERGE = Duration.ofMillis(200);

    private final CapturedLog lines = CapturedLog.withFields("pauses");
    private final PauseLog log = new PauseLog(Log.of("pauses"), MERGE);

    @AfterEach
    void stop() {
        lines.close();
    }

    private static Roster roster(int agents, int paused) {
        return Roster.of(IntStream.range(0, agents).mapToObj(i -> new Agent("pod-" + i, "node-" + i, "10.0.0." + i,
                "z", Agent.COMMON_PORT, i < paused)).toList());
    }

    @Test
    void aPauseAndItsEndAreOneLineEach() throws InterruptedException {
        log.update(roster(3, 0));
        log.update(roster(3, 1));
        assertEquals("tests of peers pause: their agents restart or their nodes are drained {agents=1, nodes=node-0}",
                lines.next());
        log.update(roster(3, 0));
        assertEquals("tests of peers go on {agents=1, nodes=node-0}", lines.next());
    }

    @Test
    void agentsThatPauseTogetherAreOneLine() throws InterruptedException {
        for (int i = 0; i <= 40; i++) {
            log.update(roster(40, i));
        }
        assertEquals("tests of peers pause: their agents restart or their nodes are drained"
                + " {agents=40, nodes=node-0, node-1, node-10, node-11, node-12, …}", lines.next());
        // Agents that join or leave, and a pause that is over before it is logged, are no pause.
        log.update(roster(41, 40));
        log.update(roster(41, 39));
        log.update(roster(41, 40));
        log.update(roster(2, 2));
        log.update(roster(2, 1));
        assertEquals("tests of peers go on {agents=1, nodes=node-1}", lines.next());
        assertEquals(List.of(), lines.unread());
    }
}
