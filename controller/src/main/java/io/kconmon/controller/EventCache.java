package io.kconmon.controller;

import io.kconmon.shared.roster.Roster;
import io.kconmon.shared.roster.RosterEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The event that was written last: a thousand readers are sent the same one. */
final class EventCache {

    private static final class Entry {

        private final @Nullable String from;
        private final String to;
        private final byte[] event;

        Entry(@Nullable String from, String to, byte[] event) {
            this.from = from;
            this.to = to;
            this.event = event;
        }

        boolean leads(@Nullable Roster sent, Roster next) {
            String revision = sent == null ? null : sent.revision();
            return to.equals(next.revision()) && (from == null ? revision == null : from.equals(revision));
        }
    }

    private volatile @Nullable Entry last;

    /** From what was sent, nothing at first, to what is. */
    byte[] event(@Nullable Roster sent, Roster next, Duration age) {
        Entry entry = last;
        if (entry == null || !age.isZero() || !entry.leads(sent, next)) {
            RosterEvent event = sent == null
                    ? new RosterEvent.Snapshot(next, age)
                    : new RosterEvent.Change(sent.changesTo(next));
            entry = new Entry(sent == null ? null : sent.revision(), next.revision(),
                    event.encode().getBytes(StandardCharsets.UTF_8));
            if (age.isZero()) {
                last = entry;
            }
        }
        return entry.event;
    }
}
