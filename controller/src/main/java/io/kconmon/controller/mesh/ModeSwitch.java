package io.kconmon.controller.mesh;

import io.kconmon.shared.log.Log;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides whether a mesh is bounded, and logs it. By itself it becomes so above a number of nodes, and full again only
 * once a tenth fewer are left, so that it does not go back and forth. Used under a lock.
 */
public final class ModeSwitch {

    private static final Log LOG = Log.of("controller");

    private final MeshSettings settings;
    private Optional<Boolean> bounded = Optional.empty();

    /** Decides and logs nothing until it is given the first number of nodes. */
    public ModeSwitch(MeshSettings settings) {
        this.settings = settings;
    }

    /** Whether a mesh with this number of nodes is bounded. */
    public boolean isBounded(int nodes) {
        boolean before = bounded.orElse(false);
        boolean now = switch (settings.mode()) {
            case FULL -> false;
            case BOUNDED -> true;
            case AUTO -> nodes > (before ? settings.fullUpTo() * 9 / 10 : settings.fullUpTo());
        };
        if (!bounded.equals(Optional.of(now))) {
            bounded = Optional.of(now);
            tell(now, nodes);
        }
        return now;
    }

    private void tell(boolean now, int nodes) {
        String mode = settings.mode().name().toLowerCase(Locale.ROOT);
        if (now) {
            LOG.info("the mesh is bounded: some others test each node, and all in turn", "nodes", nodes, "mesh", mode,
                    "mesh-peers", settings.peers(), "mesh-zone-pairs", settings.zonePairs(), "mesh-full-up-to",
                    settings.fullUpTo());
        } else {
            LOG.info("the mesh is full: every node tests every other", "nodes", nodes, "mesh", mode, "mesh-full-up-to",
                    settings.fullUpTo());
        }
    }
}
