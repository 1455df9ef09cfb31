package io.kconmon.controller.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** The reports of the last hour, or of as much of it as there is room for: the oldest go first. */
public final class ReportHistory {

    private static final double SECONDS = 3600;
    /** What an entry takes beside its bytes: two objects, and a place in the queue. */
    private static final int OVERHEAD_BYTES = 72;

    private static final class Entry {

        private final double at;
        private final String source;
        private final double interval;
        private final List<String> nodes;
        private final byte[] peers;

        Entry(Report report, List<String> nodes, byte[] peers) {
            this.at = report.at();
            this.source = report.source();
            this.interval = report.interval();
            this.nodes = nodes;
            this.peers = peers;
        }

        Report report() {
            return new Report(at, source, interval, ReportBytes.read(peers, nodes));
        }
    }

    private final long mostBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private List<String> lastNodes = List.of();
    private Map<String, Integer> places = Map.of();

    /** Keeps no more than about so many bytes. */
    public ReportHistory(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * Adds a report.
     *
     * @param nodes
     *            that there are, in the order of their names; the same list as long as it does not change
     */
    public void add(Report report, List<String> nodes) {
        lock.lock();
        try {
            if (!nodes.equals(lastNodes)) {
                places = places(nodes);
                lastNodes = nodes;
            }
            byte[] peers = ReportBytes.write(report.peers(), places);
            entries.addLast(new Entry(report, nodes, peers));
            bytes += peers.length + OVERHEAD_BYTES;
            while (entries.size() > 1 && (bytes > mostBytes || entries.getFirst().at < report.at() - SECONDS)) {
                bytes -= entries.removeFirst().peers.length + OVERHEAD_BYTES;
            }
        } finally {
            lock.unlock();
        }
    }

    private static Map<String, Integer> places(List<String> nodes) {
        var places = new HashMap<String, Integer>();
        nodes.forEach(node -> places.put(node, places.size()));
        return places;
    }

    /** A report that is read again when it is asked for. */
    public interface Kept {
        Report report();
    }

    /** All that is kept, the oldest first. */
    public List<Kept> all() {
        return entries().stream().<Kept>map(entry -> entry::report).toList();
    }

    /** What is kept of one source, the oldest first. */
    public List<Kept> of(String source) {
        return entries().stream().filter(it -> it.source.equals(source)).<Kept>map(entry -> entry::report).toList();
    }

    private List<Entry> entries() {
        lock.lock();
        try {
            return new ArrayList<>(entries);
        } finally {
            lock.unlock();
        }
    }

    /** About how many bytes are kept. */
    public long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
