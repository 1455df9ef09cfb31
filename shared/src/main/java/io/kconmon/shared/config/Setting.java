package io.kconmon.shared.config;

import io.kconmon.shared.net.IpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One setting: its key, its default, and how its text is read.
 *
 * @param key
 *            its name in a file, such as {@code tcp.timeout} or {@code metricsPrefix}
 * @param fallback
 *            the default, as a user would write it
 * @param allowed
 *            the allowed values, in words
 * @param many
 *            whether it takes a list
 * @param parse
 *            empty if the text is not allowed
 * @param help
 *            its purpose in a sentence
 */
public record Setting<T>(String key, String fallback, String allowed, boolean many,
        Function<String, Optional<T>> parse, String help) {

    /** Of a list. For example, each host that is looked up is a test of its own with series of its own. */
    static final int MAX_ELEMENTS = 256;
    private static final int MAX_SHOWN = 100;
    private static final int MAX_SEARCHED = 2000;
    private static final Pattern PATH = Pattern.compile("[^\\p{Cntrl}]{1,4096}");
    /** A part of a URL that may be a password, with the scheme if there is one. */
    private static final Pattern USER_INFO = Pattern.compile("(\\w+://|(?=[^@\\s]*:))\\S*@");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?\\d{1,18}");

    public static Setting<String> text(String key, String fallback, Pattern allowed, String inWords, String help) {
        return new Setting<>(key, fallback, inWords, false,
                text -> Optional.of(text).filter(it -> allowed.matcher(it).matches()), help);
    }

    public static Setting<Integer> integer(String key, int fallback, int min, int max, String help) {
        return new Setting<>(key, String.valueOf(fallback), "a whole number from %d to %d".formatted(min, max), false,
                text -> wholeNumber(text).filter(it -> it >= min && it <= max).map(Long::intValue), help);
    }

    /** A duration, written as a number of milliseconds or with a unit: {@code 5000}, {@code 5s}, {@code 1.5m}. */
    public static Setting<Duration> duration(String key, Duration fallback, Duration min, Duration max, String help) {
        String allowed = "%d to %d (milliseconds, or with a unit: 250ms, 5s, 1m)".formatted(min.toMillis(),
                max.toMillis());
        return new Setting<>(key, String.valueOf(fallback.toMillis()), allowed, false,
                text -> Durations.parse(text).filter(it -> it.compareTo(min) >= 0 && it.compareTo(max) <= 0), help);
    }

    public static Setting<Boolean> flag(String key, boolean fallback, String help) {
        return new Setting<>(key, String.valueOf(fallback), "true or false", false, text -> switch (text) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        }, help);
    }

    /** One of a few words, in small letters or capitals. */
    public static <E extends Enum<E>> Setting<E> choice(String key, E fallback, Class<E> type, String help) {
        return choice(key, fallback, type, Map.of(), help);
    }

    /** The same, with other spellings that are taken, too. */
    static <E extends Enum<E>> Setting<E> choice(String key, E fallback, Class<E> type, Map<String, E> spellings,
            String help) {
        var names = new HashMap<>(spellings);
        Arrays.stream(type.getEnumConstants()).forEach(it -> names.put(it.name().toLowerCase(Locale.ROOT), it));
        String allowed = Arrays.stream(type.getEnumConstants()).map(it -> it.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return new Setting<>(key, fallback.name().toLowerCase(Locale.ROOT), allowed, false,
                text -> Optional.ofNullable(names.get(text.toLowerCase(Locale.ROOT))), help);
    }

    /** A file's path. */
    public static Setting<Path> path(String key, String fallback, String help) {
        return new Setting<>(key, fallback, FilePath.ALLOWED, false, Setting::path, help);
    }

    /** A file's path, or empty for no file. */
    public static Setting<Optional<Path>> optionalPath(String key, String help) {
        return new Setting<>(key, "", FilePath.ALLOWED + ", empty or none", false, text -> {
            Optional<Path> path = text.equals("none") ? Optional.empty() : path(text);
            return Optional.of(path).filter(it -> it.isPresent() || text.isEmpty() || text.equals("none"));
        }, help);
    }

    /** An IP literal; empty if left empty. */
    public static Setting<String> address(String key, String fallback, String help) {
        return new Setting<>(key, fallback, "an IPv4 or IPv6 address", false,
                text -> Optional.of(text).filter(it -> it.isEmpty() || IpAddress.isLiteral(it)), help);
    }

    /** Several values, 256 at most: a list in a file, separated by commas elsewhere. */
    public static Setting<List<String>> list(String key, List<String> fallback, Pattern element, String inWords,
            String help) {
        return list(key, String.join(",", fallback), text -> Optional.of(text).filter(it -> element.matcher(it)
                .matches()), inWords, help);
    }

    /** The same, of elements that are made of their texts. */
    public static <E> Setting<List<E>> list(String key, String fallback, Function<String, Optional<E>> element,
            String inWords, String help) {
        return new Setting<>(key, fallback, inWords, true, text -> {
            if (text.isBlank()) {
                return Optional.of(List.of());
            }
            List<Optional<E>> values = Arrays.stream(text.split(",", -1)).map(it -> element.apply(it.strip())).toList();
            return values.stream().allMatch(Optional::isPresent)
                    ? Optional.of(values.stream().flatMap(Optional::stream).toList())
                    : Optional.empty();
        }, help);
    }

    /** @throws BadSettingException in one line that names the key, the value, its origin and what is allowed */
    T read(String text, String origin) {
        if (many && text.chars().filter(it -> it == ',').count() >= MAX_ELEMENTS) {
            throw new BadSettingException("%s: has more than %d elements (%s)".formatted(key, MAX_ELEMENTS, origin));
        }
        return parse.apply(text.strip()).orElseThrow(() -> refuse(text, origin));
    }

    BadSettingException refuse(String text, String origin) {
        return new BadSettingException(
                "%s: \"%s\" is not allowed (%s); allowed: %s".formatted(key, shorten(text), origin, allowed));
    }

    /** Hides a URL's user and password, because messages go into logs. */
    static String shorten(String text) {
        // The time that the pattern takes grows with the square of the text. What is cut off may contain the @.
        String part = text.length() <= MAX_SEARCHED ? text : text.substring(0, MAX_SEARCHED) + "@";
        String shown = USER_INFO.matcher(part).replaceAll("$1…@");
        return shown.length() <= MAX_SHOWN ? shown : shown.substring(0, MAX_SHOWN) + "…";
    }

    /** {@code KCONMON_TCP_TIMEOUT} for {@code tcp.timeout}. */
    public String environmentVariable() {
        return "KCONMON_" + canonical(key).toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    /** Keys are the same if they differ in their spelling only: {@code metricsPrefix}, {@code metrics-prefix}. */
    static String canonical(String key) {
        return key.replaceAll("(?<=[a-z0-9])([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static Optional<Path> path(String text) {
        return Optional.of(text).filter(it -> PATH.matcher(it).matches()).flatMap(FilePath::of);
    }

    private static Optional<Long> wholeNumber(String text) {
        return Optional.of(text).filter(it -> WHOLE_NUMBER.matcher(it).matches()).map(Long::valueOf);
    }
}
