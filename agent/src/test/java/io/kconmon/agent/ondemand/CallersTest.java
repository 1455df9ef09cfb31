package io.kconmon.agent.ondemand;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CallersTest {

    private final Callers callers = new Callers(3, 2);

    @Test
    void oneAddressCannotTakeEverySlot() {
        assertTrue(callers.enter("a"));
        assertTrue(callers.enter("a"));
        assertFalse(callers.enter("a"));
        assertTrue(callers.enter("b"));
        assertFalse(callers.enter("c"), "there is no more room");
        callers.leave("a");
        assertTrue(callers.enter("c"));
        callers.leave("b");
        assertTrue(callers.enter("a"));
    }

    @Test
    void aCallerThatLeftMayEnterAgain() {
        for (int i = 0; i < 10; i++) {
            assertTrue(callers.enter("a"));
            callers.leave("a");
        }
    }
}
