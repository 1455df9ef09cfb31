package io.kconmon.shared.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.UnicodeReader;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** Reads YAML that people wrote: within bounds, and with errors of one line. */
public final class YamlText {

    private static final int MAX_DEPTH = 16;
    /** The name of an alias, for example, may be as long as the file. */
    private static final int MAX_SHOWN = 200;
    /** Each may double the objects made of a file. */
    private static final int MAX_COLLECTION_ALIASES = 8;

    private YamlText() {
    }

    /**
     * Whatever it holds, with nothing of it made into a class that it names.
     *
     * @throws IllegalArgumentException
     *             if it is not YAML, in one line
     */
    public static @Nullable Object load(byte[] content) {
        return load(content, new Resolver());
    }

    /**
     * The same, as kubectl reads it: dates, and numbers to the base of 60, are texts.
     *
     * @throws IllegalArgumentException
     *             if it is not YAML, in one line
     */
    public static @Nullable Object loadAsKubectl(byte[] content) {
        return load(content, new KubectlResolver());
    }

    private static @Nullable Object load(byte[] content, Resolver resolver) {
        try (var text = new UnicodeReader(new ByteArrayInputStream(content))) {
            LoaderOptions limits = limits();
            var unused = new DumperOptions();
            return new Yaml(new SafeConstructor(limits), new Representer(unused), unused, limits, resolver)
                    .load(text);
        } catch (YAMLException e) {
            throw new IllegalArgumentException("is neither YAML nor JSON: " + problem(e), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException | StackOverflowError e) { // a tag that does not fit, something that contains itself
            throw new IllegalArgumentException("is neither YAML nor JSON: a tag or an alias in it makes no sense", e);
        }
    }

    private static final class KubectlResolver extends Resolver {

        @Override
        public Tag resolve(NodeId kind, String value, boolean implicit) {
            Tag tag = super.resolve(kind, value, implicit);
            boolean isNumber = tag.equals(Tag.INT) || tag.equals(Tag.FLOAT);
            return tag.equals(Tag.TIMESTAMP) || (isNumber && value.indexOf(':') >= 0) ? Tag.STR : tag;
        }
    }

    public static LoaderOptions limits() {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setAllowRecursiveKeys(false);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_COLLECTION_ALIASES);
        options.setCodePointLimit(Integer.MAX_VALUE); // files are bounded in bytes, before they are parsed
        return options;
    }

    /** The error, with its line and column. */
    public static String problem(YAMLException e) {
        if (e instanceof MarkedYAMLException marked && marked.getProblem() != null) {
            Mark mark = marked.getProblemMark();
            return oneLine(marked.getProblem()) + (mark == null
                    ? ""
                    : " (line %d, column %d)".formatted(mark.getLine() + 1, mark.getColumn() + 1));
        }
        return e.getCause() instanceof CharacterCodingException
                ? "it is not text in UTF-8"
                : oneLine(String.valueOf(e.getMessage()));
    }

    private static String oneLine(String text) {
        String line = text.lines().map(String::strip).filter(it -> !it.isEmpty()).collect(Collectors.joining(" "));
        return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "…";
    }
}
