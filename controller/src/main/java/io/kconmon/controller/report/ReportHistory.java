package io.kconmon.controller.report;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** The reports of the last hour, or of as much of it as there is room for: the oldest go first. */
public final class ReportHistory {

    private static final double SECONDS = 3600;
    /** An entry's memory beside its bytes: two objects, and a place in the queue. */
    private static final int OVERHEAD_BYTES = 72;

    private static final Entry GONE = new Entry(new Report(0, "", 0, List.of()), List.of(), new byte[0]);

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
    /** The first so many of them are {@link #GONE}, and are taken out when they are the half. */
    private final ArrayList<Entry> entries = new ArrayList<>();
    private int gone;
    /** The number of the first entry: they are counted from the beginning. */
    private long firstNumber;
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
            entries.add(new Entry(report, nodes, peers));
            bytes += peers.length + OVERHEAD_BYTES;
            while (gone < entries.size() - 1
                    && (bytes > mostBytes || entries.get(gone).at < report.at() - SECONDS)) {
                bytes -= entries.set(gone++, GONE).peers.length + OVERHEAD_BYTES;
            }
            if (gone > entries.size() / 2) {
                entries.subList(0, gone).clear();
                firstNumber += gone;
                gone = 0;
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

    /**
     * Some reports.
     *
     * @param next
     *            the number of the report after them
     */
    public record Batch(List<Kept> reports, long next) {
    }

    /**
     * The kept reports from that number on, the oldest first. A slow reader takes a few at a time, so it holds no
     * report that would have been dropped.
     *
     * @param from
     *            a number; the first report of all has 0
     */
    public Batch batch(long from, int atMost) {
        lock.lock();
        try {
            int begin = Math.clamp(from - firstNumber, gone, entries.size());
            int end = begin + Math.min(atMost, entries.size() - begin);
            return new Batch(entries.subList(begin, end).stream().<Kept>map(entry -> entry::report).toList(),
                    firstNumber + end);
        } finally {
            lock.unlock();
        }
    }

    /** The number that the next report gets. */
    public long end() {
        lock.lock();
        try {
            return firstNumber + entries.size();
        } finally {
            lock.unlock();
        }
    }

    /** The kept reports of one source, the oldest first. */
    public List<Kept> of(String source) {
        return entries().stream().filter(it -> it.source.equals(source)).<Kept>map(entry -> entry::report).toList();
    }

    private List<Entry> entries() {
        lock.lock();
        try {
            return List.copyOf(entries.subList(gone, entries.size()));
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
