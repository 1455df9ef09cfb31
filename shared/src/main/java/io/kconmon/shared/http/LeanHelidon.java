package io.kconmon.shared.http;

import io.helidon.config.Config;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;

/** Helidon looks nothing up for itself: what runs is what is named in the code. */
public final class LeanHelidon {

    private LeanHelidon() {
    }

    /** Before anything of Helidon's is used; it keeps this in a global of its own. */
    public static void prepare() {
        if (!GlobalServiceRegistry.configured()) {
            GlobalServiceRegistry.registry(ServiceRegistryManager.create(ServiceRegistryConfig.builder()
                    .discoverServices(false).discoverServicesFromServiceLoader(false)
                    .putContractInstance(Config.class, Config.empty()).build()).registry());
        }
    }
}
