package io.kconmon.charts;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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

    /** Of those of the pod's volumes, as its first container has them. */
    Set<String> files(String... volumes) {
        var files = new TreeSet<String>();
        for (JsonNode mount : podSpec().at("/containers/0/volumeMounts")) {
            for (JsonNode volume : podSpec().path("volumes")) {
                if (volume.path("name").equals(mount.path("name"))
                        && List.of(volumes).contains(volume.path("name").asText())) {
                    volume.at("/secret/items").forEach(
                            it -> files.add(mount.path("mountPath").asText() + "/" + it.path("path").asText()));
                }
            }
        }
        return files;
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
