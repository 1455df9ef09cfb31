package io.kconmon.k8s;

import io.kconmon.shared.config.FilePath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part of a kubeconfig, read field by field. Other fields are ignored, as by kubectl. A field's value is never shown,
 * because it may be a secret.
 *
 * @param file
 *            the file that contains it; paths in it are relative to the file's folder
 * @param path
 *            of the part, such as {@code users[admin].user}; empty for the whole
 */
record Fields(Path file, String path, Map<?, ?> values) {

    /** The exception that names a field of this part. */
    IllegalArgumentException refuse(String key, String why) {
        return new IllegalArgumentException("%s: %s: %s".formatted(file, at(key), why));
    }

    String at(String key) {
        return path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
    }

    private @Nullable Object value(String key) {
        return values.get(key);
    }

    /** Empty if it is not there, or is an empty text. */
    Optional<String> text(String key) {
        Object value = value(key);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof String text)) {
            throw refuse(key, "it must be a text");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** @throws IllegalArgumentException if it is not there */
    String need(String key) {
        return text(key).orElseThrow(() -> refuse(key, "it is missing"));
    }

    boolean flag(String key) {
        Object value = value(key);
        if (value != null && !(value instanceof Boolean)) {
            throw refuse(key, "it must be true or false");
        }
        return Boolean.TRUE.equals(value);
    }

    List<String> texts(String key) {
        var texts = new ArrayList<String>();
        for (Object value : array(key)) {
            if (!(value instanceof String text)) {
                throw refuse(key, "it must be a list of texts");
            }
            texts.add(text);
        }
        return texts;
    }

    /** A part of this part; empty if it is not there. */
    Fields part(String key) {
        Object value = value(key);
        if (value != null && !(value instanceof Map)) {
            throw refuse(key, "it must be an object");
        }
        return new Fields(file, at(key), value instanceof Map<?, ?> map ? map : Map.of());
    }

    boolean has(String key) {
        return value(key) != null;
    }

    List<Fields> parts(String key) {
        var parts = new ArrayList<Fields>();
        for (Object value : array(key)) {
            if (!(value instanceof Map<?, ?> map)) {
                throw refuse(key, "it must be a list of objects");
            }
            parts.add(new Fields(file, "%s[%s]".formatted(at(key), map.get("name")), map));
        }
        return parts;
    }

    private List<?> array(String key) {
        Object value = value(key);
        if (value != null && !(value instanceof List)) {
            throw refuse(key, "it must be a list");
        }
        return value instanceof List<?> list ? list : List.of();
    }

    /** A file that the field names. */
    Optional<Path> file(String key) {
        return text(key).map(it -> FilePath.of(it).orElseThrow(() -> refuse(key, "it must be " + FilePath.ALLOWED)))
                .map(file.toAbsolutePath()::resolveSibling);
    }

    /** The decoded content of a field in base64. */
    Optional<byte[]> data(String key) {
        try {
            return text(key).map(it -> Base64.getDecoder().decode(it.replaceAll("\\s", "")));
        } catch (IllegalArgumentException e) {
            throw refuse(key, "it must be base64");
        }
    }
}
