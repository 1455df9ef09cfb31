package io.kconmon.shared.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.shared.log.Log;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PauseLogTest {

    private static final Duration MERGE = Duration.ofMillis(200);

    private final Logger logger = Logger.getLogger("pauses");
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final PauseLog log = new PauseLog(Log.of("pauses"), MERGE);
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getMessage() + " " + line.getParameters()[0]);
        }

        @Override
        public void flush() {
            // nothing is held back
        }

        @Override
        public void close() {
            // nothing is open
        }
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
    }

    private static Roster roster(int agents, int paused) {
        return Roster.of(IntStream.range(0, agents).mapToObj(i -> new Agent("pod-" + i, "node-" + i, "10.0.0." + i,
                "z", Agent.COMMON_PORT, i < paused)).toList());
    }

    private String next() throws InterruptedException {
        return String.valueOf(lines.poll(20, TimeUnit.SECONDS));
    }

    @Test
    void aPauseAndItsEndAreOneLineEach() throws InterruptedException {
        log.update(roster(3, 0));
        log.update(roster(3, 1));
        assertEquals("tests of peers pause: their agents restart or their nodes are drained {agents=1, nodes=node-0}",
                next());
        log.update(roster(3, 0));
        assertEquals("tests of peers go on {agents=1, nodes=node-0}", next());
    }

    @Test
    void agentsThatPauseTogetherAreOneLine() throws InterruptedException {
        for (int i = 0; i <= 40; i++) {
            log.update(roster(40, i));
        }
        assertEquals("tests of peers pause: their agents restart or their nodes are drained"
                + " {agents=40, nodes=node-0, node-1, node-10, node-11, node-12, …}", next());
        // Agents that join or leave, and a pause that is over before it is told, are no pause.
        log.update(roster(41, 40));
        log.update(roster(41, 39));
        log.update(roster(41, 40));
        log.update(roster(2, 2));
        log.update(roster(2, 1));
        assertEquals("tests of peers go on {agents=1, nodes=node-1}", next());
        assertEquals(List.of(), List.copyOf(lines));
    }
}
