package io.kconmon.shared.http;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import java.util.Optional;
import java.util.function.Supplier;

/** Health checks that say why they fail. */
public final class HealthChecks {

    private record Check(String name, HealthCheckType type, Supplier<Optional<String>> reason) implements HealthCheck {
        @Override
        public HealthCheckResponse call() {
            Optional<String> why = reason.get();
            var response = HealthCheckResponse.builder().status(why.isEmpty());
            why.ifPresent(words -> response.detail("reason", words));
            return response.build();
        }
    }

    private HealthChecks() {
    }

    /** @param reason why not, in words; empty while all is well */
    public static HealthCheck ready(String name, Supplier<Optional<String>> reason) {
        return new Check(name, HealthCheckType.READINESS, reason);
    }

    public static HealthCheck started(String name, Supplier<Optional<String>> reason) {
        return new Check(name, HealthCheckType.STARTUP, reason);
    }

    public static HealthCheck live(String name, Supplier<Optional<String>> reason) {
        return new Check(name, HealthCheckType.LIVENESS, reason);
    }
}
