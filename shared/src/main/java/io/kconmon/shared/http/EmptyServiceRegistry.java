package io.kconmon.shared.http;

import io.helidon.common.mapper.MapperManager;
import io.helidon.config.Config;
import io.helidon.service.registry.Lookup;
import io.helidon.service.registry.RegistryMetrics;
import io.helidon.service.registry.ServiceInfo;
import io.helidon.service.registry.ServiceInstance;
import io.helidon.service.registry.ServiceRegistry;
import io.helidon.common.types.TypeName;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Helidon's registry of services with nothing in it but an empty configuration and the usual mappers. Its own reads
 * descriptors of all jars to come to the same: 300 classes of an agent.
 */
@SuppressWarnings("TypeParameterUnusedInFormals") // so is the interface
final class EmptyServiceRegistry implements ServiceRegistry {

    private static UnsupportedOperationException none(Object asked) {
        return new UnsupportedOperationException("there is no service for " + asked);
    }

    @Override
    public <T> T get(Class<T> contract) {
        return first(contract).orElseThrow(() -> none(contract));
    }

    @Override
    @SuppressWarnings("removal") // Helidon itself asks for mappers by this name
    public <T> Optional<T> first(Class<T> contract) {
        if (contract == Config.class) {
            return Optional.of(contract.cast(Config.empty()));
        }
        return contract == MapperManager.class ? Optional.of(contract.cast(MapperManager.create())) : Optional.empty();
    }

    @Override
    public <T> T get(TypeName contract) {
        throw none(contract);
    }

    @Override
    public <T> Optional<T> first(TypeName contract) {
        return Optional.empty();
    }

    @Override
    public <T> List<T> all(TypeName contract) {
        return List.of();
    }

    @Override
    public <T> Supplier<T> supply(TypeName contract) {
        throw none(contract);
    }

    @Override
    public <T> Supplier<Optional<T>> supplyFirst(TypeName contract) {
        return Optional::empty;
    }

    @Override
    public <T> Supplier<List<T>> supplyAll(TypeName contract) {
        return List::of;
    }

    @Override
    public <T> Optional<T> get(ServiceInfo service) {
        return Optional.empty();
    }

    @Override
    public List<ServiceInfo> allServices(TypeName contract) {
        return List.of();
    }

    @Override
    public <T> T get(Lookup lookup) {
        throw none(lookup);
    }

    @Override
    public <T> Optional<T> first(Lookup lookup) {
        return Optional.empty();
    }

    @Override
    public <T> List<T> all(Lookup lookup) {
        return List.of();
    }

    @Override
    public <T> Supplier<T> supply(Lookup lookup) {
        throw none(lookup);
    }

    @Override
    public <T> Supplier<Optional<T>> supplyFirst(Lookup lookup) {
        return Optional::empty;
    }

    @Override
    public <T> Supplier<List<T>> supplyAll(Lookup lookup) {
        return List::of;
    }

    @Override
    public List<ServiceInfo> lookupServices(Lookup lookup) {
        return List.of();
    }

    @Override
    public <T> List<ServiceInstance<T>> lookupInstances(Lookup lookup) {
        return List.of();
    }

    @Override
    public RegistryMetrics metrics() {
        throw none(RegistryMetrics.class);
    }
}
