package io.kconmon.controller.verdict;

import java.util.Comparator;

/**
 * The order of names that the page has, too: numbers within them by their value, so that node-2 comes before node-10.
 */
final class NaturalOrder implements Comparator<String> {

    @Override
    public int compare(String one, String other) {
        int i = 0;
        int j = 0;
        while (i < one.length() && j < other.length()) {
            int iEnd = endOfNumber(one, i);
            int jEnd = endOfNumber(other, j);
            int order;
            if (iEnd > i && jEnd > j) {
                String number = withoutZeros(one, i, iEnd);
                String otherNumber = withoutZeros(other, j, jEnd);
                order = number.length() != otherNumber.length()
                        ? number.length() - otherNumber.length()
                        : number.compareTo(otherNumber);
                i = iEnd;
                j = jEnd;
            } else {
                order = one.charAt(i++) - other.charAt(j++);
            }
            if (order != 0) {
                return order;
            }
        }
        int rest = (one.length() - i) - (other.length() - j);
        return rest != 0 ? rest : one.compareTo(other); // node-1 and node-01 are two
    }

    private static int endOfNumber(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    private static String withoutZeros(String text, int from, int to) {
        int start = from;
        while (start < to - 1 && text.charAt(start) == '0') {
            start++;
        }
        return text.substring(start, to);
    }
}
