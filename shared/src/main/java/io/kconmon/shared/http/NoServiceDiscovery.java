package io.kconmon.shared.http;

import io.helidon.common.features.HelidonFeatures;
import io.helidon.common.features.api.HelidonFlavor;
import io.helidon.service.registry.GlobalServiceRegistry;

/** Helidon looks nothing up for itself: what runs is what is named in the code. */
public final class NoServiceDiscovery {

    private NoServiceDiscovery() {
    }

    /** Before anything of Helidon's is used; it keeps this in a global of its own. */
    public static void prepare() {
        if (!GlobalServiceRegistry.configured()) {
            GlobalServiceRegistry.registry(new EmptyServiceRegistry());
            // A server reads all jars' lists of features, to log them, if it is of the flavor that was named first.
            HelidonFeatures.flavor(HelidonFlavor.MP);
        }
    }
}
