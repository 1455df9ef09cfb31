package io.kconmon.agent.report;

import io.kconmon.agent.mesh.Mesh.PeerMeasured;
import io.kconmon.agent.mesh.Mesh.State;
import io.kconmon.shared.roster.Roster;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A report as text. Lines {@code name=value} come first, then an empty one, then a line for each peer: the parts of the
 * protocols, in the order of the line {@code protocols}, with spaces between; {@code -} stands for a protocol that has
 * tested nothing in the interval.
 *
 * <p>
 * Names would be most of the text, so a reader that knows the roster by its revision gets none: a line belongs to the
 * node after the last line's, in their order by name, unless it begins with {@code @PLACE}. Otherwise a line ends in
 * {@code =NODE}. {@code !} begins the line of a peer whose tests pause, {@code ~} the line of a peer that has announced
 * its stop.
 */
final class ReportText {

    private static final int RADIX = Character.MAX_RADIX;

    private final StringBuilder text = new StringBuilder("kconmon report 1\n");

    ReportText field(String name, Object value) {
        text.append(name).append('=').append(value).append('\n');
        return this;
    }

    /** Adds the peers, by their names. */
    String named(List<PeerMeasured> peers) {
        return peers(peers, Map.of());
    }

    /** Adds the peers, by their places in the roster. */
    String placed(List<PeerMeasured> peers, Roster roster) {
        var places = new TreeMap<String, Integer>();
        roster.byNode().keySet().forEach(node -> places.put(node, places.size()));
        field("roster", roster.revision());
        return peers(peers, places);
    }

    private String peers(List<PeerMeasured> peers, Map<String, Integer> places) {
        text.append('\n');
        int next = 0;
        for (PeerMeasured peer : peers) {
            switch (peer.state()) {
                case PAUSED -> text.append('!');
                case DRAINING -> text.append('~');
                case ACTIVE -> {
                    // is the default
                }
            }
            Integer place = places.get(peer.node());
            if (place != null && place != next) {
                text.append('@').append(Integer.toString(place, RADIX)).append(' ');
            }
            peer.parts().forEach(part -> text.append(part.isEmpty() ? "-" : part).append(' '));
            if (place == null) {
                text.append('=').append(peer.node());
            } else {
                text.setLength(text.length() - 1);
                next = place + 1;
            }
            text.append('\n');
        }
        return text.toString();
    }

    static String word(State state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
