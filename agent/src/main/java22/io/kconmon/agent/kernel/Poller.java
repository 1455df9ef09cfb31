package io.kconmon.agent.kernel;

import io.kconmon.shared.log.Log;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that waits in {@code epoll_wait} (epoll(7)) for all others: it calls the handlers of sockets that are ready
 * and wakes the threads whose time has come.
 */
final class Poller implements AutoCloseable {

    /** A socket has an event for it. Is called on the poller's thread, so it does not wait. */
    interface Handler {
        void ready();
    }

    /** A thread that is to be started or woken, unless that is not needed any more. */
    static final class Timer {
        private final boolean starts;
        private final Runnable fires;
        private long due;
        private volatile boolean cancelled;

        private Timer(long due, boolean starts, Runnable fires) {
            this.due = due;
            this.starts = starts;
            this.fires = fires;
        }

        void cancel() {
            cancelled = true;
        }

        private void fire() {
            if (!cancelled) {
                fires.run();
            }
        }
    }

    static final int EPOLLIN = 1;
    static final int EPOLLOUT = 4;
    static final int EPOLLRDHUP = 0x2000;
    static final int EPOLLONESHOT = 1 << 30;
    private static final int CLOEXEC = 0x80000;
    private static final int NONBLOCK = 0x800;
    private static final int CTL_ADD = 1;
    private static final int CTL_MOD = 3;
    private static final int EVENTS = 64;
    /** {@code struct epoll_event}: events 0, data behind them; packed on x86-64 alone. */
    private static final int DATA_AT = System.getProperty("os.arch").equals("amd64") ? 4 : 8;
    private static final long WAKE_UP = 0;
    private static final Log LOG = Log.of("agent");

    private final int epoll;
    private final int event;
    private final Memory memory = Memory.take();
    private final Map<Long, Handler> handlers = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong(WAKE_UP);
    private final ReentrantLock lock = new ReentrantLock();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(it -> it.due));
    /** Timers whose time has come, while the thread sees to them. */
    private final List<Timer> due = new ArrayList<>();
    /** Until when the thread sleeps if nothing happens, by {@link System#nanoTime}. */
    private long sleepsUntil = Long.MAX_VALUE;
    private final Thread thread;
    private volatile boolean closed;
    private boolean logged;

    Poller() throws SocketError {
        epoll = Libc.EPOLL_CREATE1.require(memory, CLOEXEC, 0, 0);
        try {
            event = Libc.EVENTFD.require(memory, 0, CLOEXEC | NONBLOCK, 0);
        } catch (SocketError e) {
            Descriptor.close(memory, epoll);
            throw e;
        }
        control(memory, CTL_ADD, event, EPOLLIN, WAKE_UP);
        thread = Thread.ofPlatform().name("poller").daemon().unstarted(this::run);
        thread.start();
    }

    /**
     * Calls a handler when a socket is ready, until it is forgotten and the socket is closed.
     *
     * @param page
     *            of the caller's own
     * @return by which to forget it
     */
    long watch(Memory page, int fd, int events, Handler handler) throws SocketError {
        if (closed) {
            throw Errno.localError(Errno.EBADF, "epoll_ctl");
        }
        long id = lastId.incrementAndGet();
        handlers.put(id, handler);
        try {
            control(page, CTL_ADD, fd, events, id);
        } catch (SocketError e) {
            handlers.remove(id);
            throw e;
        }
        return id;
    }

    /** The kernel forgets a socket by itself when it is closed. */
    void forget(long id) {
        handlers.remove(id);
    }

    /** How many sockets are watched. */
    int watched() {
        return handlers.size();
    }

    /** Watches a socket again that is watched once at a time (EPOLLONESHOT). */
    void watchAgain(Memory page, int fd, int events, long id) throws SocketError {
        control(page, CTL_MOD, fd, events, id);
    }

    private void control(Memory page, int operation, int fd, int events, long id) throws SocketError {
        page.putInt(Memory.VALUE, events);
        page.putLong(Memory.VALUE + DATA_AT, id);
        Libc.EPOLL_CTL.require(page, epoll, operation, fd, page.at(Memory.VALUE), 0);
    }

    /** Unparks this thread at that time, by {@link System#nanoTime}. */
    Timer wakeAt(long due) {
        Thread thread = Thread.currentThread();
        var timer = new Timer(due, false, () -> LockSupport.unpark(thread));
        add(timer);
        return timer;
    }

    /** Runs an action on a virtual thread of its own at that time, by {@link System#nanoTime}. */
    Timer startAt(long due, String name, Runnable action) {
        var timer = new Timer(due, true, () -> Thread.ofVirtual().name(name).start(action));
        add(timer);
        return timer;
    }

    private void add(Timer timer) {
        lock.lock();
        try {
            timers.add(timer);
            if (timer.due < sleepsUntil) {
                sleepsUntil = timer.due;
                wakeUp();
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. A page of its own, since the poller's is in use. */
    private void wakeUp() {
        try (Memory page = Memory.take()) {
            page.putLong(Memory.VALUE, 1);
            Libc.WRITE.call(page, event, page.at(Memory.VALUE), Long.BYTES);
        }
    }

    boolean isClosed() {
        return closed;
    }

    private void run() {
        try {
            while (!closed) {
                try {
                    turn();
                } catch (RuntimeException | Error e) { // whatever it is, the others are woken
                    bug(e);
                }
            }
        } finally {
            wakeAll();
        }
    }

    private void turn() {
        int ready = (int) Libc.EPOLL_WAIT.call(memory, epoll, memory.at(Memory.DATA), EVENTS, untilNext());
        for (int i = 0; i < ready; i++) {
            long id = memory.getLong(Memory.DATA + i * (DATA_AT + Long.BYTES) + DATA_AT);
            if (id == WAKE_UP) {
                Libc.READ.call(memory, event, memory.at(Memory.VALUE), Long.BYTES);
            } else {
                call(handlers.get(id));
            }
        }
        wakeSleepers(System.nanoTime());
    }

    private void call(@Nullable Handler handler) {
        try {
            if (handler != null) {
                handler.ready();
            }
        } catch (RuntimeException | Error e) {
            bug(e);
        }
    }

    private void bug(Throwable e) {
        if (!logged) {
            logged = true;
            LOG.bug("a bug in a socket's handler or at a thread's start; more are not told", e);
        }
    }

    /** Milliseconds, rounded up; -1 if there is no thread to wake. */
    private int untilNext() {
        lock.lock();
        try {
            while (!timers.isEmpty() && timers.element().cancelled) {
                timers.remove();
            }
            if (timers.isEmpty()) {
                sleepsUntil = Long.MAX_VALUE;
                return -1;
            }
            sleepsUntil = timers.element().due;
            return (int) Math.clamp(Math.ceilDiv(sleepsUntil - System.nanoTime(), 1_000_000), 0,
                    TimeUnit.HOURS.toMillis(1));
        } finally {
            lock.unlock();
        }
    }

    /** Without the lock: the first thing that a woken thread may do is to set another timer. */
    private void wakeSleepers(long now) {
        lock.lock();
        try {
            sleepsUntil = Long.MIN_VALUE; // it is awake, and looks before it sleeps
            while (!timers.isEmpty() && timers.element().due - now <= 0) {
                due.add(timers.remove());
            }
        } finally {
            lock.unlock();
        }
        due.forEach(this::fire);
        due.clear();
    }

    /** A thread that cannot be started now, as for want of memory, is started later: its loop must not end with that. */
    private void fire(Timer timer) {
        try {
            timer.fire();
        } catch (RuntimeException | Error e) {
            bug(e);
            timer.due = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            add(timer);
        }
    }

    /** Wakes all sleepers. Pending starts are dropped. */
    private void wakeAll() {
        lock.lock();
        try {
            timers.stream().filter(it -> !it.starts).forEach(Timer::fire);
            timers.clear();
        } finally {
            lock.unlock();
        }
    }

    /** All sleepers are awake, and the thread has ended, when this returns. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        lock.lock();
        try {
            wakeUp();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        Descriptor.close(memory, event);
        Descriptor.close(memory, epoll);
        memory.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
