package io.kconmon.shared.roster;

import io.kconmon.shared.log.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/** Logs the agents whose tests pause or resume. Changes that come within two seconds make one line. */
public final class PauseLog {

    private static final Duration MERGE = Duration.ofSeconds(2);
    private static final int MOST_NAMED = 5;

    private final Log log;
    private final Duration merge;
    private final ReentrantLock lock = new ReentrantLock();
    /** Agents that have changed since the last line, by name: whether their tests paused before that. */
    private final SortedMap<String, Boolean> before = new TreeMap<>();
    private Roster last = Roster.empty();

    public PauseLog(Log log) {
        this(log, MERGE);
    }

    PauseLog(Log log, Duration merge) {
        this.log = log;
        this.merge = merge;
    }

    /**
     * Takes the current roster. Returns at once; the line comes later. Agents that join or leave do not count as
     * pauses.
     */
    public void update(Roster roster) {
        lock.lock();
        try {
            boolean first = before.isEmpty();
            for (Agent agent : last.agents()) {
                if (roster.find(agent.name()).filter(it -> it.paused() != agent.paused()).isPresent()) {
                    before.putIfAbsent(agent.name(), agent.paused());
                }
            }
            last = roster;
            if (first && !before.isEmpty()) {
                Thread.ofVirtual().name("pause-log").start(this::tellLater);
            }
        } finally {
            lock.unlock();
        }
    }

    private void tellLater() {
        try {
            Thread.sleep(merge);
            var pause = new ArrayList<Agent>();
            var goOn = new ArrayList<Agent>();
            sort(pause, goOn);
            tell("tests of peers pause: their agents restart or their nodes are drained", pause);
            tell("tests of peers go on", goOn);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sort(List<Agent> pause, List<Agent> goOn) {
        lock.lock();
        try {
            for (Map.Entry<String, Boolean> was : before.entrySet()) {
                last.find(was.getKey()).filter(it -> it.paused() != was.getValue())
                        .ifPresent(it -> (it.paused() ? pause : goOn).add(it));
            }
            before.clear();
        } finally {
            lock.unlock();
        }
    }

    private void tell(String what, List<Agent> agents) {
        if (agents.isEmpty()) {
            return;
        }
        var nodes = new StringBuilder();
        for (Agent agent : agents.subList(0, Math.min(MOST_NAMED, agents.size()))) {
            nodes.append(nodes.isEmpty() ? "" : ", ").append(agent.nodeName());
        }
        log.info(what, "agents", agents.size(), "nodes", nodes + (agents.size() > MOST_NAMED ? ", …" : ""));
    }
}
