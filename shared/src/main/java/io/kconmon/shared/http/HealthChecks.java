package io.kconmon.shared.http;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import java.util.Optional;
import java.util.function.Supplier;

/** Health checks that say why they fail. */
public final class HealthChecks {

    private record Check(String name, HealthCheckType type, Supplier<Optional<String>> reason,
            Supplier<Optional<String>> remark) implements HealthCheck {

        Check(String name, HealthCheckType type, Supplier<Optional<String>> reason) {
            this(name, type, reason, Optional::empty);
        }

        @Override
        public HealthCheckResponse call() {
            Optional<String> why = reason.get();
            var response = HealthCheckResponse.builder().status(why.isEmpty());
            why.ifPresent(words -> response.detail("reason", words));
            remark.get().ifPresent(words -> response.detail("remark", words));
            return response.build();
        }
    }

    private HealthChecks() {
    }

    /** @param reason the reason for not being ready, in words; empty while ready */
    public static HealthCheck ready(String name, Supplier<Optional<String>> reason) {
        return new Check(name, HealthCheckType.READINESS, reason);
    }

    /**
     * The same, with a remark that also appears while ready.
     *
     * @param remark
     *            in words; empty if there is none
     */
    public static HealthCheck ready(String name, Supplier<Optional<String>> reason,
            Supplier<Optional<String>> remark) {
        return new Check(name, HealthCheckType.READINESS, reason, remark);
    }

    public static HealthCheck started(String name, Supplier<Optional<String>> reason) {
        return new Check(name, HealthCheckType.STARTUP, reason);
    }

    public static HealthCheck live(String name, Supplier<Optional<String>> reason) {
        return new Check(name, HealthCheckType.LIVENESS, reason);
    }
}
