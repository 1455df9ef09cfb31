package io.kconmon.shared.roster;

import static io.kconmon.testkit.Eventually.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RosterBoardTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(5);

    private final RosterBoard board = new RosterBoard();

    /** One that waits on the board. */
    private static final class Waiter<T> {

        private final FutureTask<T> task;
        private final Thread thread;

        Waiter(Callable<T> wait) {
            task = new FutureTask<>(wait);
            thread = Thread.ofPlatform().daemon().start(task);
        }

        Waiter<T> whenItWaits() {
            while (thread.getState() != Thread.State.TIMED_WAITING && !task.isDone()) {
                Thread.onSpinWait();
            }
            return this;
        }

        T outcome() throws InterruptedException, ExecutionException, TimeoutException {
            return task.get(20, TimeUnit.SECONDS);
        }
    }

    private Waiter<Optional<Roster>> waiter(String revision) {
        return new Waiter<>(() -> board.awaitOtherThan(revision, LONG)).whenItWaits();
    }

    @Test
    void isEmptyBeforeTheFirstRoster() throws InterruptedException {
        assertEquals(Optional.empty(), board.roster());
        assertEquals(Optional.of("the first roster has not come yet"), board.trouble());
        assertEquals(Optional.empty(), board.awaitOtherThan("abc", SHORT));
        assertEquals(Optional.empty(), board.awaitOtherThan(null, Duration.ZERO));
        Duration before = board.age();
        eventually(() -> board.age().compareTo(before) > 0);
    }

    @Test
    void anEmptyRosterCounts() throws InterruptedException {
        board.post(Roster.empty());
        assertEquals(Optional.of(Roster.empty()), board.roster());
        assertEquals(Optional.of(Roster.empty()), board.awaitOtherThan(null, Duration.ZERO));
    }

    @Test
    void anExistingRosterIsGivenAtOnce() throws InterruptedException {
        board.post(Rosters.of(1));
        assertEquals(Optional.of(Rosters.of(1)), board.awaitOtherThan("abc", Duration.ZERO));
        assertEquals(Optional.empty(), board.awaitOtherThan(Rosters.of(1).revision(), Duration.ZERO));
    }

    @Test
    void everyWaiterIsWoken() throws Exception {
        board.post(Rosters.of(1));
        var some = waiter(Rosters.of(1).revision());
        var others = waiter(Rosters.of(1).revision());
        board.post(Rosters.of(2));
        assertEquals(Optional.of(Rosters.of(2)), some.outcome());
        assertEquals(Optional.of(Rosters.of(2)), others.outcome());
    }

    @Test
    void theFirstRosterWakesAWaiterForAnyRoster() throws Exception {
        var waiter = new Waiter<>(() -> board.awaitOtherThan(null, LONG)).whenItWaits();
        board.post(Rosters.of(1));
        assertEquals(Optional.of(Rosters.of(1)), waiter.outcome());
    }

    @Test
    void anEqualRosterWakesNobodyAndTheFirstStays() throws Exception {
        Roster first = Rosters.of(1);
        board.post(first);
        var waiter = waiter(first.revision());
        board.post(Rosters.of(1));
        board.trouble("no API");
        board.post(Rosters.of(1));
        waiter.whenItWaits();
        assertFalse(waiter.task.isDone());
        assertSame(first, board.roster().orElseThrow());
        board.post(Rosters.of(1, 2));
        assertEquals(Optional.of(Rosters.of(1, 2)), waiter.outcome());
    }

    @Test
    void waitingEndsInTimeAndNotBefore() throws InterruptedException {
        board.post(Rosters.of(1));
        long begin = System.nanoTime();
        assertEquals(Optional.empty(), board.awaitOtherThan(Rosters.of(1).revision(), SHORT));
        assertTrue(System.nanoTime() - begin >= SHORT.toNanos());
    }

    @Test
    void waitingEndsForGoodOnClose() throws Exception {
        board.post(Rosters.of(1));
        var waiter = waiter(Rosters.of(1).revision());
        board.endWaiting();
        assertEquals(Optional.empty(), waiter.outcome());
        assertEquals(Optional.empty(), board.awaitOtherThan(Rosters.of(1).revision(), LONG));
        assertEquals(Optional.of(Rosters.of(1)), board.awaitOtherThan("abc", LONG));
    }

    @Test
    void troubleIsReportedAndTheRosterStays() {
        board.post(Rosters.of(1));
        assertEquals(Optional.empty(), board.trouble());
        assertEquals(Duration.ZERO, board.age());
        board.trouble("no API");
        board.trouble("still no API");
        assertEquals(Optional.of("still no API"), board.trouble());
        assertEquals(Optional.of(Rosters.of(1)), board.roster());
        board.post(Rosters.of(1));
        assertEquals(Optional.empty(), board.trouble());
        assertEquals(Duration.ZERO, board.age());
    }

    /** More trouble must not make the roster look younger. */
    @Test
    void theAgeCountsFromTheFirstTrouble() {
        board.post(Rosters.of(1));
        board.trouble("no API");
        eventually(() -> board.age().compareTo(Duration.ofMillis(20)) > 0);
        board.trouble("still no API");
        assertTrue(board.age().compareTo(Duration.ofMillis(20)) > 0, () -> board.age() + " is too young");
    }
}
