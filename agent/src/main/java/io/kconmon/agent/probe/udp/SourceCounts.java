package io.kconmon.agent.probe.udp;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How many requests have come from each source, which is an address and a port. The table grows with the sources up to a
 * bound. If there are more sources than places then, the source that has been silent for longest loses its count. Forged
 * sources can make the table grow to its bound once, and can cost others their places; they can do nothing else. Used by one
 * thread.
 */
final class SourceCounts {

    /** For 1,000 agents of 5 flows each, of which fewer than 1 in 10,000 meets 16 others in its set. */
    private static final int MOST_SETS = 1024;
    private static final int WAYS = 16;
    /** For some 45 agents. */
    private static final int FIRST_SETS = 32;

    /** Nobody else can know which sources share a place. */
    private final long seed = ThreadLocalRandom.current().nextLong();
    private long[] sources = new long[FIRST_SETS * WAYS];
    private int[] counts = new int[FIRST_SETS * WAYS];
    private int[] lastSeen = new int[FIRST_SETS * WAYS];
    private int clock;

    /** Counts a request; returns how many there have been from its source, this one included. */
    int next(InetSocketAddress source) {
        long hash = hash(source);
        int place = place(hash);
        while (isTaken(place, hash) && sources.length < MOST_SETS * WAYS) {
            grow();
            place = place(hash);
        }
        if (isTaken(place, hash)) {
            counts[place] = 0;
        }
        sources[place] = hash;
        lastSeen[place] = ++clock;
        return ++counts[place];
    }

    /** The source's place, or else a free one of its set, or else that of the source that has been silent for longest. */
    private int place(long hash) {
        int set = (int) ((hash >>> 32) & (sources.length / WAYS - 1)) * WAYS;
        int place = set;
        for (int i = set; i < set + WAYS; i++) {
            if (sources[i] == hash && counts[i] != 0) {
                return i;
            }
            if (counts[i] == 0 || (counts[place] != 0 && clock - lastSeen[i] > clock - lastSeen[place])) {
                place = i;
            }
        }
        return place;
    }

    /** Whether it is another source's. */
    private boolean isTaken(int place, long hash) {
        return counts[place] != 0 && sources[place] != hash;
    }

    /** Doubles the sets: each one's sources are divided between two. */
    private void grow() {
        long[] hashes = sources;
        int[] counted = counts;
        int[] seen = lastSeen;
        sources = new long[2 * hashes.length];
        counts = new int[2 * hashes.length];
        lastSeen = new int[2 * hashes.length];
        for (int i = 0; i < hashes.length; i++) {
            if (counted[i] != 0) {
                int place = place(hashes[i]);
                sources[place] = hashes[i];
                counts[place] = counted[i];
                lastSeen[place] = seen[i];
            }
        }
    }

    /** 64 bits, so that no two sources that there will ever be have the same. */
    private long hash(InetSocketAddress source) {
        long hash = mix(seed ^ source.getPort());
        for (var address = ByteBuffer.wrap(source.getAddress().getAddress()); address.hasRemaining();) {
            hash = mix(hash ^ Integer.toUnsignedLong(address.getInt()));
        }
        return hash;
    }

    /** The finaliser of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
    private static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
