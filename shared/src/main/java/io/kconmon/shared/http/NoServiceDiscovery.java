package io.kconmon.shared.http;

import io.helidon.common.features.HelidonFeatures;
import io.helidon.common.features.api.HelidonFlavor;
import io.helidon.service.registry.GlobalServiceRegistry;

/** Keeps Helidon from looking up services: only parts that the code names run. */
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
