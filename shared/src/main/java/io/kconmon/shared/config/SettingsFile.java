package io.kconmon.shared.config;

import io.kconmon.shared.config.Layer.Form;
import io.kconmon.shared.config.Layer.Said;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.UnicodeReader;

/**
 * Settings in YAML. Values are taken as they are written: YAML 1.1 would make {@code false} of {@code off} and 8 of
 * {@code 010}. Each is told with its line.
 */
final class SettingsFile {

    private static final int MAX_BYTES = 1024 * 1024;
    /** Groups are one deep; what is said about the deepest is that it is no setting. */
    private static final int MAX_DEPTH = 8;

    private final Path file;
    private final List<Said> said = new ArrayList<>();

    private SettingsFile(Path file) {
        this.file = file;
    }

    /** @throws BadSettingException in one line, if the file cannot be read or is no YAML */
    static Layer read(Path file) {
        var settings = new SettingsFile(file);
        try {
            settings.walk("", settings.root(), 0);
        } catch (YAMLException e) {
            throw settings.refuse("is not YAML: " + YamlText.problem(e));
        }
        return new Layer(settings.said);
    }

    private Node root() {
        byte[] content = content();
        try (var reader = new UnicodeReader(new ByteArrayInputStream(content))) {
            Node root = new Yaml(new SafeConstructor(YamlText.limits())).compose(reader);
            if (root == null || isNothing(root)) {
                return new MappingNode(Tag.MAP, List.of(), FlowStyle.BLOCK);
            }
            if (root instanceof MappingNode) {
                return root;
            }
            throw refuse("expected settings, each as KEY: VALUE, found "
                    + (root instanceof SequenceNode ? "a list" : "a text"));
        } catch (IOException e) {
            throw refuse("is not YAML: " + e.getMessage());
        }
    }

    private byte[] content() {
        if (Files.isReadable(file) && !Files.isDirectory(file)) {
            try (InputStream in = Files.newInputStream(file)) {
                byte[] content = in.readNBytes(MAX_BYTES + 1);
                if (content.length > MAX_BYTES) {
                    throw refuse("is larger than %d bytes".formatted(MAX_BYTES));
                }
                return content;
            } catch (IOException e) {
                // told below
            }
        }
        throw new BadSettingException("--config: \"%s\" cannot be read; allowed: a YAML file".formatted(file));
    }

    private void walk(String key, Node node, int depth) {
        if (depth > MAX_DEPTH) {
            throw refuse("%s: is nested too deep (line %d)".formatted(key, line(node)));
        }
        if (node instanceof MappingNode group && (!group.getValue().isEmpty() || depth == 0)) {
            group.getValue().forEach(entry -> walk(key(key, entry), entry.getValueNode(), depth + 1));
        } else if (node instanceof MappingNode || isNothing(node)) {
            say(key, Form.NOTHING, "", node);
        } else if (node instanceof SequenceNode list) {
            say(key, Form.LIST, list.getValue().stream().map(SettingsFile::element).collect(Collectors.joining(",")),
                    node);
        } else if (node instanceof ScalarNode value) {
            say(key, Form.TEXT, value.getValue(), node);
        } else {
            throw refuse("%s: cannot be read (line %d)".formatted(key, line(node)));
        }
    }

    private String key(String group, NodeTuple entry) {
        if (!(entry.getKeyNode() instanceof ScalarNode name)) {
            throw refuse("a key must be a word (line %d)".formatted(line(entry.getKeyNode())));
        }
        return group.isEmpty() ? name.getValue() : group + "." + name.getValue();
    }

    private void say(String key, Form form, String text, Node node) {
        said.add(new Said(key, form, text, "%s, line %d".formatted(file, line(node))));
    }

    private static String element(Node node) {
        return node instanceof ScalarNode value && !isNothing(value) ? value.getValue() : "{…}";
    }

    private static boolean isNothing(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private static int line(Node node) {
        return node.getStartMark() == null ? 1 : node.getStartMark().getLine() + 1;
    }

    private BadSettingException refuse(String why) {
        return new BadSettingException("%s: %s".formatted(file, why));
    }
}
