package io.kconmon.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What runs on every node: a library that joins it, or leaves it, does so here first. */
class ClassPathTest {

    private static final String RUN_TIME = """
            dnsjava
            helidon
            helidon-builder-api
            helidon-common
            helidon-common-buffers
            helidon-common-concurrency-limits
            helidon-common-config
            helidon-common-configurable
            helidon-common-context
            helidon-common-features
            helidon-common-features-api
            helidon-common-features-metadata
            helidon-common-key-util
            helidon-common-mapper
            helidon-common-media-type
            helidon-common-parameters
            helidon-common-resumable
            helidon-common-security
            helidon-common-socket
            helidon-common-task
            helidon-common-tls
            helidon-common-types
            helidon-common-uri
            helidon-config
            helidon-cors
            helidon-health
            helidon-http
            helidon-http-encoding
            helidon-http-http1
            helidon-http-media
            helidon-http-media-json
            helidon-json
            helidon-logging-common
            helidon-metadata
            helidon-metadata-hson
            helidon-metrics-api
            helidon-service-metadata
            helidon-service-registry
            helidon-webserver
            helidon-webserver-cors
            helidon-webserver-observe
            helidon-webserver-observe-health
            helidon-webserver-service-common
            kconmon-shared
            prometheus-metrics-config
            prometheus-metrics-exposition-textformats
            prometheus-metrics-model
            slf4j-api
            slf4j-jdk14
            snakeyaml
            """;

    private static final Pattern TOO_HEAVY = Pattern
            .compile(".*(fabric8|kubernetes|jackson|netty|kotlin|okhttp|vertx|guava|protobuf|grpc|opentelemetry).*");

    /** As Maven found them for the run time alone: the class path of these tests has libraries for tests, too. */
    private static List<String> libraries() throws IOException {
        return Arrays.stream(Files.readString(Path.of("target", "class-path")).split(File.pathSeparator)).map(Path::of)
                .map(ClassPathTest::name).flatMap(Optional::stream).distinct().sorted().toList();
    }

    /** A jar's name without its version; a module that is not packed yet is known by its folder. */
    private static Optional<String> name(Path entry) {
        if (!Files.isDirectory(entry)) {
            return Optional.of(entry.getFileName().toString().replaceFirst("(-\\d[\\w.-]*)?\\.jar$", ""));
        }
        return entry.endsWith(Path.of("shared", "target", "classes"))
                ? Optional.of("kconmon-shared")
                : Optional.empty();
    }

    @Test
    void theAgentRunsWithTheseLibrariesAndNoOthers() throws IOException {
        assertEquals(RUN_TIME, libraries().stream().map(name -> name + "\n").collect(Collectors.joining()));
    }

    @Test
    void noLibraryIsTooHeavy() throws IOException {
        assertEquals(List.of(), libraries().stream().filter(name -> TOO_HEAVY.matcher(name).matches()).toList());
    }
}
