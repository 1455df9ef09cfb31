package io.kconmon.k8s;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Kubernetes' JSON, as far as it is read here. Everything may be absent: an API server leaves out empty values.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">API concepts: lists, pages, watches</a>
 */
final class Wire {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

    static final String ERROR = "ERROR";
    private static final String NO_EVENT = "it is not a watch event";

    private Wire() {
    }

    /** What every object has. */
    interface Item {
        @Nullable
        Meta metadata();
    }

    record Meta(@Nullable String name, @Nullable String resourceVersion, @Nullable Map<String, String> labels,
            @Nullable String creationTimestamp, @Nullable String deletionTimestamp,
            @Nullable Long deletionGracePeriodSeconds) {
    }

    record Node(@Nullable Meta metadata, @Nullable NodeSpec spec, @Nullable NodeStatus status) implements Item {
    }

    record NodeSpec(boolean unschedulable, @Nullable List<Taint> taints) {
    }

    record Taint(@Nullable String key) {
    }

    record NodeStatus(@Nullable List<Condition> conditions) {
    }

    record Pod(@Nullable Meta metadata, @Nullable PodSpec spec, @Nullable PodStatus status) implements Item {
    }

    record PodSpec(@Nullable String nodeName) {
    }

    record PodStatus(@Nullable String phase, @Nullable String podIP, @Nullable String startTime,
            @Nullable List<Condition> conditions, @Nullable List<ContainerStatus> containerStatuses) {

        /** Whether every container is ready. The condition Ready may be older: see {@link PodState#of}. */
        boolean containersReady() {
            return "Running".equals(phase) && containerStatuses != null && !containerStatuses.isEmpty()
                    && containerStatuses.stream().allMatch(ContainerStatus::ready);
        }
    }

    record ContainerStatus(boolean ready) {
    }

    record Condition(@Nullable String type, @Nullable String status, @Nullable String lastTransitionTime) {
    }

    /**
     * One page of a list.
     *
     * @param metadata
     *            {@code resourceVersion}, and {@code continue} if there are more pages
     */
    record Page<J>(@Nullable Map<String, String> metadata, @Nullable List<J> items) {

        String resourceVersion() {
            return metadata == null ? "" : metadata.getOrDefault("resourceVersion", "");
        }

        String next() {
            return metadata == null ? "" : metadata.getOrDefault("continue", "");
        }
    }

    /**
     * One line of a watch.
     *
     * @param type
     *            ADDED, MODIFIED, DELETED, BOOKMARK or ERROR
     * @param object
     *            the changed object; empty with an error
     * @param error
     *            empty unless the type is ERROR
     */
    record Event<J>(String type, Optional<J> object, Optional<Status> error) {
    }

    /** An API server's refusal, and the object of an ERROR event. */
    record Status(int code, @Nullable String reason, @Nullable String message) {
    }

    /** The written fields of an Event: core/v1, of a node, by its name like the kubelet's own events. */
    record NewEvent(String apiVersion, String kind, Map<String, String> metadata, Map<String, String> involvedObject,
            String type, String reason, String message, String firstTimestamp, String lastTimestamp, int count,
            Map<String, String> source) {

        static NewEvent of(NodeEvent event) {
            String at = event.at().truncatedTo(ChronoUnit.SECONDS).toString();
            return new NewEvent("v1", "Event", Map.of("name", event.name(), "namespace", NodeEvents.NAMESPACE),
                    Map.of("apiVersion", "v1", "kind", "Node", "name", event.node(), "uid", event.node()),
                    event.warning() ? "Warning" : "Normal", event.reason(), event.message(), at, at, 1,
                    Map.of("component", "kconmon"));
        }
    }

    static byte[] write(NewEvent event) throws IOException {
        return MAPPER.writeValueAsBytes(event);
    }

    static <J> Page<J> page(InputStream json, Class<J> type) throws IOException {
        Page<J> page = MAPPER.readValue(json, generic(Page.class, type));
        if (page.resourceVersion().isEmpty()) {
            throw new IOException("it is not a list");
        }
        return page;
    }

    /**
     * Read in one pass, because an API server sends the type first; an error's object has another shape than the
     * others.
     */
    static <J> Event<J> event(String line, Class<J> kind) throws IOException {
        String type = "";
        JsonNode early = null;
        J object = null;
        Status error = null;
        try (JsonParser json = MAPPER.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(NO_EVENT);
            }
            for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
                json.nextToken();
                if (field.equals("type")) {
                    type = json.getValueAsString("");
                } else if (!field.equals("object")) {
                    json.skipChildren();
                } else if (type.isEmpty()) {
                    early = MAPPER.readTree(json);
                } else if (type.equals(ERROR)) {
                    error = MAPPER.readValue(json, Status.class);
                } else {
                    object = MAPPER.readValue(json, kind);
                }
            }
        }
        if (type.isEmpty()) {
            throw new IOException(NO_EVENT);
        }
        if (early != null && type.equals(ERROR)) {
            error = MAPPER.treeToValue(early, Status.class);
        } else if (early != null) {
            object = MAPPER.treeToValue(early, kind);
        }
        return new Event<>(type, Optional.ofNullable(object), Optional.ofNullable(error));
    }

    static Status status(String json) throws IOException {
        Status status = MAPPER.readValue(json, Status.class);
        if (status == null) {
            throw new IOException("no object");
        }
        return status;
    }

    static Optional<Condition> ready(@Nullable List<Condition> conditions) {
        return conditions == null
                ? Optional.empty()
                : conditions.stream().filter(it -> "Ready".equals(it.type())).findFirst();
    }

    static Optional<Instant> time(@Nullable String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static JavaType generic(Class<?> outer, Class<?> inner) {
        return MAPPER.getTypeFactory().constructParametricType(outer, inner);
    }
}
