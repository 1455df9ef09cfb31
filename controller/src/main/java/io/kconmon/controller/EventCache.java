package io.kconmon.controller;

import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The event that was written last, since a thousand readers get the same one. A snapshot has the roster's age, and is
 * reused for a second: an age that is too low by that much misleads no reader.
 */
final class EventCache {

    private static final Duration OLDER = Duration.ofSeconds(1);

    private static final class Entry {

        private final @Nullable String from;
        private final String to;
        private final Duration age;
        private final byte[] event;

        Entry(@Nullable String from, String to, Duration age, byte[] event) {
            this.from = from;
            this.to = to;
            this.age = age;
            this.event = event;
        }

        boolean leads(@Nullable Roster sent, Roster next) {
            String revision = sent == null ? null : sent.revision();
            return to.equals(next.revision()) && (from == null ? revision == null : from.equals(revision));
        }

        boolean isOf(Duration now) {
            return age.isZero() ? now.isZero() : age.compareTo(now) <= 0 && now.minus(age).compareTo(OLDER) < 0;
        }
    }

    private volatile @Nullable Entry last;

    /** From the roster that was sent, none at first, to the current one. */
    byte[] event(@Nullable Roster sent, Roster next, Duration age) {
        Entry entry = last;
        if (entry == null || !entry.leads(sent, next) || !entry.isOf(age)) {
            RosterEvent event = sent == null
                    ? new RosterEvent.Snapshot(next, age)
                    : new RosterEvent.Change(sent.changesTo(next));
            entry = new Entry(sent == null ? null : sent.revision(), next.revision(), age,
                    event.encode().getBytes(StandardCharsets.UTF_8));
            last = entry;
        }
        return entry.event;
    }
}
