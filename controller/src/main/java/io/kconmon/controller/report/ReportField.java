package io.kconmon.controller.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * One protocol's part of a line of a report: numbers to base 36, and values that have names.
 *
 * @param numbers
 *            as many as there are
 * @param words
 *            by their names
 */
record ReportField(List<Long> numbers, Map<String, String> words) {

    static final OptionalLong UNKNOWN = OptionalLong.empty();
    private static final int RADIX = Character.MAX_RADIX;
    private static final int MOST_DIGITS = 10;
    private static final int MOST_WORDS = 32;
    private static final int MOST_FLOWS = 64;
    private static final int LONGEST_WORD = 256;
    /** The fields of a TCP part beside its causes. */
    private static final Set<String> NO_CAUSES = Set.of("f", "r");

    static ReportField of(String written) {
        int end = written.indexOf(';');
        var numbers = new ArrayList<Long>(4);
        String positional = end < 0 ? written : written.substring(0, end);
        for (int from = 0, comma; from <= positional.length(); from = comma + 1) {
            comma = positional.indexOf(',', from);
            comma = comma < 0 ? positional.length() : comma;
            numbers.add(number(positional.substring(from, comma)));
        }
        return new ReportField(numbers, end < 0 ? Map.of() : words(written.substring(end + 1)));
    }

    private static Map<String, String> words(String written) {
        var words = new TreeMap<String, String>();
        for (String word : written.split(";", MOST_WORDS + 1)) {
            int equals = word.indexOf('=');
            if (equals <= 0 || word.length() > LONGEST_WORD || words.size() == MOST_WORDS) {
                throw new IllegalArgumentException("name=value is expected");
            }
            words.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return words;
    }

    static long number(String digits) {
        if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
            throw new IllegalArgumentException("a number to base 36 is expected");
        }
        long number = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = Character.digit(digits.charAt(i), RADIX);
            if (digit < 0) {
                throw new IllegalArgumentException("a number to base 36 is expected");
            }
            number = number * RADIX + digit;
        }
        return number;
    }

    /** How many, by that name; 0 if it is not there. */
    int count(String name) {
        String digits = words.get(name);
        return digits == null ? 0 : bounded(number(digits));
    }

    Optional<String> word(String name) {
        return Optional.ofNullable(words.get(name));
    }

    private static int bounded(long count) {
        if (count > 1_000_000) {
            throw new IllegalArgumentException("so many tests cannot have been made");
        }
        return (int) count;
    }

    UdpReport udp() {
        int sent = bounded(numbers.getFirst());
        int received = words.containsKey("g") ? count("g") : sent;
        int there = count("t");
        int back = count("b");
        int lost = sent - received;
        if (lost < 0 || there + back > lost) {
            throw new IllegalArgumentException("more was lost or received than was sent");
        }
        boolean isKnown = lost == 0 || there + back > 0;
        return new UdpReport(sent, received, isKnown ? OptionalInt.of(there) : OptionalInt.empty(),
                isKnown ? OptionalInt.of(back) : OptionalInt.empty(), at(1),
                word("w").map(ReportField::percents).orElse(List.of()));
    }

    private static List<Integer> percents(String written) {
        var percents = new ArrayList<Integer>();
        for (String percent : written.split("\\.", MOST_FLOWS + 1)) {
            if (!percent.matches("\\d{1,2}|100") || percents.size() == MOST_FLOWS) {
                throw new IllegalArgumentException("the flows' losses are no percentages");
            }
            percents.add(Integer.parseInt(percent));
        }
        return percents;
    }

    TcpReport tcp() {
        Map<String, Integer> causes = Map.of();
        if (!words.isEmpty()) {
            var counts = new TreeMap<String, Integer>();
            words.keySet().stream().filter(it -> !NO_CAUSES.contains(it) && it.matches("[a-z-]{1,32}"))
                    .forEach(cause -> counts.put(cause, count(cause)));
            causes = counts;
        }
        return new TcpReport(bounded(numbers.getFirst()), count("f"), causes, at(1));
    }

    OptionalLong least() {
        return numbers.size() == 4 ? OptionalLong.of(numbers.get(1) - numbers.get(2)) : UNKNOWN;
    }

    OptionalLong most() {
        return numbers.size() == 4 ? OptionalLong.of(numbers.get(1) + numbers.get(3)) : UNKNOWN;
    }

    private OptionalLong at(int place) {
        return numbers.size() > place ? OptionalLong.of(numbers.get(place)) : UNKNOWN;
    }
}
