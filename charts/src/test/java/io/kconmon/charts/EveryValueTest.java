package io.kconmon.charts;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kconmon.agent.AgentSettings;
import io.kconmon.controller.ControllerSettings;
import io.kconmon.shared.config.CommonSettings;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import io.kconmon.shared.config.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each value, and each group of values, alone set to null, emptied and overridden, with all else on: either it is refused in
 * a line that names it, or all that comes out is good for Kubernetes and for the programs.
 */
@TestInstance(Lifecycle.PER_CLASS)
class EveryValueTest {

    private static final Path ON = Path.of("src/test/each/on.yaml");
    private static final Path OVERRIDDEN = Path.of("src/test/each/overridden.yaml");
    private static final List<Setting<?>> ALL = Stream
            .of(CommonSettings.ALL, AgentSettings.ALL, ControllerSettings.ALL).flatMap(List::stream).toList();
    /** Null is nothing there: no limit, no label, no toleration. Elsewhere it is the default. */
    private static final Pattern NOTHING = Pattern.compile("(agent|controller)(\\.(resources|nodeSelector)(\\..*)?)?"
            + "|agent\\.(updateStrategy(\\.rollingUpdate.*)?|nodeMatchExpressions|tolerations)"
            + "|controller\\.podDisruptionBudget.*|(podS|s)ecurityContext.*|tcpTweaks.*|dashboards(\\.labels.*)?"
            + "|prometheus(\\.(interval|scrapeTimeout))?");

    /** Where "" is no text that could be meant. */
    private static final Pattern NEVER_EMPTY = Pattern
            .compile("tcpTweaks\\..*|podSecurityContext\\..*|(agent|controller)\\.resources\\..*|.*\\.maxUnavailable");
    private static final Pattern DASHBOARDS_AND_RULES = Pattern
            .compile("/(dashboards.*|prometheus.*|metricsPrefix|commonLabels|nameOverride|fullnameOverride)");

    @TempDir
    private Path folder;
    /** The chart without its dashboards, and with few of its rules: they are large, and change by few values. */
    private @Nullable Path bare;
    /** Objects whose fields are all known: most are the same each time. */
    private final Set<JsonNode> good = new HashSet<>();

    /** By values, because many tests compare with the same objects. */
    private final Map<String, List<Manifest>> rendered = new HashMap<>();

    @BeforeAll
    void withoutDashboardsAndMostRules(@TempDir Path chart) throws IOException {
        Chart.copy(chart);
        for (Path file : Chart.files(chart.resolve("dashboards"), ".json")) {
            Files.delete(file);
        }
        Path rules = chart.resolve("files/rules.yaml");
        JsonNode few = Chart.YAML.readTree(rules.toFile());
        List<JsonNode> kinds = Stream.of("record", "alert")
                .map(kind -> few.at("/groups/0/rules").valueStream().filter(it -> it.has(kind)).findFirst()
                        .orElseThrow())
                .toList();
        few.at("/groups/0").<ObjectNode>require().putArray("rules").addAll(kinds);
        Files.writeString(rules, few.toString());
        bare = chart;
    }

    /** Paths in values.yaml, of groups and of values. */
    static List<String> paths() throws IOException {
        var paths = new ArrayList<String>();
        paths("", defaults(), paths);
        return paths;
    }

    private static JsonNode defaults() throws IOException {
        return Chart.YAML.readTree(Chart.HOME.resolve("values.yaml").toFile());
    }

    private static void paths(String parent, JsonNode values, List<String> into) {
        values.properties().forEach(it -> {
            into.add(parent + "/" + it.getKey().replace("/", "~1"));
            paths(into.getLast(), it.getValue(), into);
        });
    }

    @ParameterizedTest
    @MethodSource("paths")
    void everyValueMayBeNull(String path) throws IOException {
        List<Manifest> all = render(path, NullNode.getInstance());
        if (!NOTHING.matcher(name(path)).matches()) {
            List<Manifest> usual = render(path, null);
            assertEquals(settings(usual), settings(all));
            assertEquals(withoutSettings(usual), withoutSettings(all));
        }
        assertGood(path, all);
    }

    private static String name(String path) {
        return path.substring(1).replace('/', '.').replace("~1", "/");
    }

    @ParameterizedTest
    @MethodSource("paths")
    void everyValueMayBeEmpty(String path) throws IOException {
        JsonNode usual = defaults().at(path);
        JsonNodeFactory make = JsonNodeFactory.instance;
        JsonNode empty = usual.isArray() ? make.arrayNode() : usual.isObject() ? make.objectNode() : make.textNode("");
        try {
            assertGood(path, render(path, empty));
        } catch (IllegalStateException e) {
            assertTrue(!usual.isContainerNode() && (!usual.isTextual() || NEVER_EMPTY.matcher(name(path)).matches()),
                    "refused: " + e.getMessage());
            assertRefused(path, e);
        }
    }

    @ParameterizedTest
    @MethodSource("paths")
    void everyValueMayBeChanged(String path) throws IOException {
        JsonNode another = another(defaults().at(path), Chart.YAML.readTree(OVERRIDDEN.toFile()).at(path), path);
        JsonNode on = Chart.YAML.readTree(ON.toFile()).at(path);
        assertNotEquals(on.isMissingNode() ? defaults().at(path) : on, another);
        try {
            assertGood(path, render(path, another));
        } catch (IllegalStateException e) {
            assertRefused(path, e);
            assertTrue(String.valueOf(e.getMessage()).contains("allowed: one of the two"), e.getMessage());
            assertGood(path, render("", path, another));
        }
    }

    /** That of the file, or for a number the next one, and for a flag the other. */
    private static JsonNode another(JsonNode usual, JsonNode other, String path) {
        if (usual.isObject() && !usual.isEmpty()) {
            ObjectNode all = other instanceof ObjectNode some ? some.deepCopy() : Chart.JSON.createObjectNode();
            usual.properties().forEach(it -> all.set(it.getKey(),
                    another(it.getValue(), other.path(it.getKey()), path + "/" + it.getKey())));
            return all;
        }
        if (other.isMissingNode() && usual.isInt()) {
            return JsonNodeFactory.instance.numberNode(usual.asInt() + 1);
        }
        if (other.isMissingNode() && usual.isBoolean()) {
            return JsonNodeFactory.instance.booleanNode(!usual.asBoolean());
        }
        assertTrue(!other.isMissingNode(), path + " has no other value in " + OVERRIDDEN);
        return other;
    }

    @ParameterizedTest
    @MethodSource("paths")
    void everyValueOfAnotherKindIsRefused(String path) throws IOException {
        JsonNode wrong = JsonNodeFactory.instance.numberNode(-1.5);
        assertRefused(path, assertThrows(IllegalStateException.class, () -> render(path, wrong)));
    }

    @Test
    void theDefaultsOfTheTemplatesAreThoseOfTheValues() throws IOException {
        String text = Chart.read(Chart.HOME.resolve("templates/_values.tpl"));
        int begin = text.indexOf("\n", text.indexOf("define \"kconmon.defaults\""));
        JsonNode own = Chart.YAML.readTree(text.substring(begin, text.indexOf("{{- end -}}", begin)));
        var paths = new ArrayList<String>();
        paths("", own, paths);
        for (String path : paths) {
            if (!own.at(path).isObject()) {
                assertEquals(defaults().at(path), own.at(path), path);
            }
        }
    }

    private static void assertRefused(String path, IllegalStateException refused) {
        String said = String.valueOf(refused.getMessage());
        assertTrue(said.contains("at '" + path) || said.contains(path.substring(1).replace('/', '.')), said);
        assertTrue(!said.contains("error calling") && !said.contains("nil pointer"), said);
    }

    private void assertGood(String path, List<Manifest> all) throws IOException {
        List<Manifest> unseen = all.stream().filter(it -> !good.contains(it.json())).toList();
        assertEquals(List.of(), unseen.stream().flatMap(it -> KnownFieldsTest.unknown(it).stream()).toList(), path);
        unseen.forEach(it -> good.add(it.json()));
        assertEquals(List.of(), ApiRules.broken(all), path);
        settings(all);
    }

    /** With all else on; without that value if it is null. */
    private List<Manifest> render(String path, @Nullable JsonNode value) throws IOException {
        return render(Chart.read(ON), path, value);
    }

    private List<Manifest> render(String others, String path, @Nullable JsonNode value) throws IOException {
        ObjectNode values = Chart.YAML.readTree(others) instanceof ObjectNode read
                ? read
                : Chart.JSON.createObjectNode();
        int slash = path.lastIndexOf('/');
        ObjectNode parent = values;
        for (String key : path.substring(0, slash).replaceFirst("^/", "").split("/", -1)) {
            parent = key.isEmpty() ? parent : parent.withObjectProperty(key);
        }
        String key = path.substring(slash + 1).replace("~1", "/");
        if (value == null) {
            parent.remove(key);
        } else {
            parent.set(key, value);
        }
        boolean whole = DASHBOARDS_AND_RULES.matcher(path).matches();
        List<Manifest> before = rendered.get(whole + " " + values);
        if (before != null) {
            return before;
        }
        Path file = folder.resolve("values.yaml");
        Chart.JSON.writeValue(file.toFile(), values);
        List<Manifest> all = whole ? Chart.render(Chart.CURRENT, file) : Chart.render(requireNonNull(bare), file);
        rendered.put(whole + " " + values, all);
        return all;
    }

    /** As the programs read them. */
    private Map<String, Object> settings(List<Manifest> all) throws IOException {
        Manifest map = all.stream().filter(it -> it.at("/data").has("kconmon.yaml")).findFirst().orElseThrow();
        Path file = Files.writeString(folder.resolve("kconmon.yaml"), map.at("/data/kconmon.yaml").asText());
        Settings settings = new SettingsLoader(ALL).load(Optional.of(file), Map.of(), new Properties());
        AgentSettings.check(settings);
        var read = new TreeMap<String, Object>();
        ALL.forEach(it -> read.put(it.key(), settings.get(it)));
        return read;
    }

    private static List<String> withoutSettings(List<Manifest> all) {
        return all.stream().filter(it -> !it.at("/data").has("kconmon.yaml"))
                .map(it -> it.json().toString().replaceAll("\"checksum/config\":\"[0-9a-f]+\"", "")).toList();
    }
}
