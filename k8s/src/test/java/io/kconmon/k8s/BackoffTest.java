package io.kconmon.k8s;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class BackoffTest {

    @Test
    void doublesUpToTheMaximumAndBeginsAnew() {
        var backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));
        for (int round = 0; round < 2; round++) {
            for (long most : new long[]{100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000}) {
                long millis = backoff.step().toMillis();
                assertTrue(millis >= most / 2 && millis <= most, millis + " of " + most);
            }
            backoff.reset();
        }
    }

    @Test
    void hasJitter() {
        var steps = new HashSet<Duration>();
        for (int i = 0; i < 20; i++) {
            steps.add(new Backoff(Duration.ofSeconds(10), Duration.ofSeconds(10)).step());
        }
        assertTrue(steps.size() > 10, steps.toString());
    }
}
