package io.kconmon.k8s;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
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
 * Kubernetes' JSON, as far as it is read here. Everything may be absent: an API server leaves out what is empty.
 *
 * @see <a href="https://kubernetes.io/docs/reference/using-api/api-concepts/">API concepts: lists, pages, watches</a>
 */
final class Wire {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

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
            @Nullable List<Condition> conditions) {
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

    /** One line of a watch: ADDED, MODIFIED, DELETED, BOOKMARK or ERROR. */
    record Event<J>(@Nullable String type, @Nullable J object) {
    }

    private record EventType(@Nullable String type) {
    }

    /** What an API server says when it refuses, and the object of an ERROR event. */
    record Status(int code, @Nullable String reason, @Nullable String message) {
    }

    /** What is written of an Event: core/v1, of a node, by its name as the kubelet's own events are. */
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

    /** Its type is read first, and the object only then: that of an error is of another shape than the others. */
    static String eventType(String line) throws IOException {
        String type = MAPPER.readValue(line, EventType.class).type();
        if (type == null) {
            throw new IOException("it is not a watch event");
        }
        return type;
    }

    static <J> Optional<J> eventObject(String line, Class<J> type) throws IOException {
        Event<J> event = MAPPER.readValue(line, generic(Event.class, type));
        return Optional.ofNullable(event.object());
    }

    static Status status(String json) throws IOException {
        return MAPPER.readValue(json, Status.class);
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
