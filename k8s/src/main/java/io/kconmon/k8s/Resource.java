package io.kconmon.k8s;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * A kind of objects to list and watch.
 *
 * @param name
 *            in words, such as "pods in namespace monitoring"
 * @param remedy
 *            the right to grant, and to whom
 * @param path
 *            in the API
 * @param selector
 *            of labels; empty for all
 * @param reduce
 *            extracts the relevant part of an object
 */
record Resource<J extends Wire.Item, S>(String name, String remedy, String path, String selector, Class<J> type,
        Function<J, S> reduce) {

    private static final int PAGE = 500;

    static Resource<Wire.Node, NodeState> nodes(String zoneLabel, List<String> drainTaints) {
        return new Resource<>("nodes", "the ClusterRole needs get, list, watch on nodes", "api/v1/nodes", "",
                Wire.Node.class, node -> NodeState.of(node, zoneLabel, drainTaints));
    }

    static Resource<Wire.Pod, PodState> pods(String namespace, String selector) {
        return new Resource<>("pods in namespace " + namespace, "the Role there needs get, list, watch on pods",
                "api/v1/namespaces/" + namespace + "/pods", selector, Wire.Pod.class, PodState::of);
    }

    String listPath(String next) {
        return path + "?limit=" + PAGE + labels() + (next.isEmpty() ? "" : "&continue=" + encode(next));
    }

    String watchPath(String resourceVersion, Duration length) {
        return path + "?watch=true&allowWatchBookmarks=true&resourceVersion=" + encode(resourceVersion)
                + "&timeoutSeconds=" + Math.max(1, length.toSeconds()) + labels();
    }

    private String labels() {
        return selector.isEmpty() ? "" : "&labelSelector=" + encode(selector);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
