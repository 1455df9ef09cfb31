package io.kconmon.charts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** One object as Helm renders it. */
record Manifest(JsonNode json) {

    String kind() {
        return json.path("kind").asText();
    }

    String name() {
        return json.at("/metadata/name").asText();
    }

    /** At a JSON pointer; missing if there is nothing. */
    JsonNode at(String pointer) {
        return json.at(pointer);
    }

    /** Of the pod that it makes, or is. */
    JsonNode podSpec() {
        return kind().equals("Pod") ? at("/spec") : at("/spec/template/spec");
    }

    static Manifest one(List<Manifest> all, String kind, String nameEnd) {
        List<Manifest> found = all.stream().filter(it -> it.kind().equals(kind) && it.name().endsWith(nameEnd))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError("%d of kind %s with a name that ends in %s".formatted(found.size(), kind,
                    nameEnd));
        }
        return found.getFirst();
    }

    static Manifest daemonSet(List<Manifest> all) {
        return one(all, "DaemonSet", "-agent");
    }

    static Manifest deployment(List<Manifest> all) {
        return one(all, "Deployment", "-controller");
    }

    @Override
    public String toString() {
        return kind() + " " + name();
    }
}
