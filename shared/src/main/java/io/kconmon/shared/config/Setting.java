package io.kconmon.shared.config;

import io.kconmon.shared.roster.IpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One setting: its key, its default, and how its text is read.
 *
 * @param key
 *            as in a file, such as {@code tcp.timeout} or {@code metricsPrefix}
 * @param fallback
 *            the default, as a user would write it
 * @param allowed
 *            what is allowed, in words
 * @param many
 *            whether it takes a list
 * @param parse
 *            empty if the text is not allowed
 * @param help
 *            what it is for, in a sentence
 */
public record Setting<T>(String key, String fallback, String allowed, boolean many,
        Function<String, Optional<T>> parse, String help) {

    private static final int MAX_SHOWN = 100;
    private static final Pattern PATH = Pattern.compile("[^\\p{Cntrl}]{1,4096}");
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

    public static <E extends Enum<E>> Setting<E> choice(String key, E fallback, Class<E> type, String help) {
        var names = Arrays.stream(type.getEnumConstants())
                .collect(Collectors.toMap(it -> it.name().toLowerCase(Locale.ROOT), it -> it));
        String allowed = Arrays.stream(type.getEnumConstants()).map(it -> it.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        return new Setting<>(key, fallback.name().toLowerCase(Locale.ROOT), allowed, false,
                text -> Optional.ofNullable(names.get(text.toLowerCase(Locale.ROOT))), help);
    }

    /** A file's path. */
    public static Setting<Path> path(String key, String fallback, String help) {
        return new Setting<>(key, fallback, FilePath.ALLOWED, false, Setting::path, help);
    }

    /** A file's path; empty if left empty. */
    public static Setting<Optional<Path>> optionalPath(String key, String help) {
        return new Setting<>(key, "", FilePath.ALLOWED + ", or empty", false,
                text -> Optional.of(path(text)).filter(it -> it.isPresent() || text.isEmpty()), help);
    }

    /** An IP literal; empty if left empty. */
    public static Setting<String> address(String key, String fallback, String help) {
        return new Setting<>(key, fallback, "an IPv4 or IPv6 address", false,
                text -> Optional.of(text).filter(it -> it.isEmpty() || IpAddress.isLiteral(it)), help);
    }

    /** Several values: a list in a file, separated by commas elsewhere. */
    public static Setting<List<String>> list(String key, List<String> fallback, Pattern element, String inWords,
            String help) {
        return new Setting<>(key, String.join(",", fallback), inWords, true, text -> {
            List<String> values = text.isBlank()
                    ? List.of()
                    : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
            return Optional.of(values).filter(it -> it.stream().allMatch(one -> element.matcher(one).matches()));
        }, help);
    }

    /** @throws BadSettingException in one line that names the key, the value, its origin and what is allowed */
    T read(String text, String origin) {
        return parse.apply(text.strip()).orElseThrow(() -> refuse(text, origin));
    }

    BadSettingException refuse(String text, String origin) {
        return new BadSettingException(
                "%s: \"%s\" is not allowed (%s); allowed: %s".formatted(key, shorten(text), origin, allowed));
    }

    static String shorten(String text) {
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
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
