package io.kconmon.charts;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The chart, rendered by Helm itself as the release {@code net} in the namespace {@code monitoring}. */
final class Chart {

    static final Path HOME = Path.of("kconmon").toAbsolutePath();
    private static final Path WITH_HOOKS = withHooks();
    static final Path DOCS = HOME.resolveSibling("../docs").normalize();
    static final String OLDEST = "1.20.0";
    static final String CURRENT = "1.34.1";
    /** A key set twice is an error: Kubernetes would take the last of them without a word. */
    static final ObjectMapper YAML = new ObjectMapper(
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
    static final ObjectMapper JSON = new ObjectMapper();
    /** Of the chart itself, by all that it was rendered with: Helm takes a tenth of a second, and many tests ask for the same. */
    private static final Map<List<?>, List<Manifest>> RENDERED = new ConcurrentHashMap<>();

    private Chart() {
    }

    static LintResult lint() {
        return new Helm(HOME).lint().strict().call();
    }

    /** @throws IllegalStateException with Helm's own words, if the values are refused */
    static List<Manifest> render(String kubernetes, List<String> values) {
        return renderAs("net", "monitoring", kubernetes, values);
    }

    /** With a file of values. Its content counts, since a test may write several to one path. */
    static List<Manifest> render(String kubernetes, Path values) {
        try {
            return once(List.of(kubernetes, Files.readString(values)),
                    () -> template(kubernetes).withValuesFile(values));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Of a copy of the chart. */
    static List<Manifest> render(Path chart, Path values) {
        return parse(new Helm(chart).template().withName("net").withNamespace("monitoring").withKubeVersion(CURRENT)
                .withValuesFile(values).call());
    }

    static List<Manifest> render(String... values) {
        return render(CURRENT, List.of(values));
    }

    static List<Manifest> renderAs(String release, String namespace, String... values) {
        return renderAs(release, namespace, CURRENT, List.of(values));
    }

    private static List<Manifest> renderAs(String release, String namespace, String kubernetes, List<String> values) {
        return once(List.of(release, namespace, kubernetes, values), () -> {
            var command = template(kubernetes).withName(release).withNamespace(namespace);
            for (String value : values) {
                int equals = value.indexOf('=');
                command.set(value.substring(0, equals), value.substring(equals + 1));
            }
            return command;
        });
    }

    /** Copies, for a test may change what it is given. */
    private static List<Manifest> once(List<?> by, Supplier<TemplateCommand> command) {
        return RENDERED.computeIfAbsent(by, missing -> parse(command.get().call())).stream()
                .map(it -> new Manifest(it.json().deepCopy())).toList();
    }

    /** Of a chart that has this one in its folder {@code charts}, by its values. */
    static List<Manifest> renderWithin(Path parent) {
        String all = new Helm(parent).template().withName("net").withNamespace("monitoring").withKubeVersion(CURRENT)
                .call();
        return all == null ? List.of() : parse(all);
    }

    private static TemplateCommand template(String kubernetes) {
        return new Helm(WITH_HOOKS).template().withName("net").withNamespace("monitoring").withKubeVersion(kubernetes);
    }

    /** The notes that {@code helm install} prints. */
    static String notes(String... values) {
        return notes(HOME, values);
    }

    static String notes(Path chart, String... values) {
        var command = new Helm(chart).install().withName("net").withNamespace("monitoring").withKubeVersion(CURRENT)
                .clientOnly().withDryRunOption(DryRun.CLIENT);
        for (String value : values) {
            int equals = value.indexOf('=');
            command.set(value.substring(0, equals), value.substring(equals + 1));
        }
        String output = command.call().getOutput();
        return output.substring(output.indexOf("\nNOTES:\n"));
    }

    /** A copy whose hooks are objects like others, for this Helm shows no hooks. */
    private static Path withHooks() {
        try {
            Path copy = Files.createTempDirectory("kconmon-chart-");
            copy(copy);
            return copy;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void copy(Path copy) throws IOException {
        try (Stream<Path> files = Files.walk(HOME)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path to = copy.resolve(HOME.relativize(file));
                Files.createDirectories(to.getParent());
                Files.writeString(to, Files.readString(file).replaceAll(" +helm\\.sh/hook.*\n", ""));
                to.toFile().deleteOnExit();
            }
        }
    }

    /** The tests', and those of the chart for one platform or another. */
    static List<Path> valuesFiles() {
        return Stream.concat(files(Path.of("src/test/values"), ".yaml").stream(), platforms().stream()).toList();
    }

    static List<Path> platforms() {
        return files(HOME, ".yaml").stream().filter(it -> String.valueOf(it.getFileName()).startsWith("values-"))
                .toList();
    }

    static List<Path> files(Path folder, String suffix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(it -> it.toString().endsWith(suffix)).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Manifest> parse(String documents) {
        try (var parser = YAML.createParser(documents)) {
            return YAML.<JsonNode>readValues(parser, YAML.constructType(JsonNode.class)).readAll().stream()
                    .filter(it -> !it.isNull() && !it.isEmpty()).map(Manifest::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(documents, e);
        }
    }
}
