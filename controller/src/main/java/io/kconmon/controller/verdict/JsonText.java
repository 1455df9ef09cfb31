package io.kconmon.controller.verdict;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/** Pieces of JSON (RFC 8259) as text. */
final class JsonText {

    private JsonText() {
    }

    /** To the millisecond, and never as 1.7E9. */
    static String seconds(double seconds) {
        long millis = Math.round(seconds * 1e3);
        long rest = Math.abs(millis % 1000);
        String text = millis / 1000 + "." + (rest < 10 ? "00" : rest < 100 ? "0" : "") + rest;
        return text.endsWith("00")
                ? text.substring(0, text.length() - 2)
                : text.endsWith("0") ? text.substring(0, text.length() - 1) : text;
    }

    /** Three significant digits: a share is not known better. */
    static String share(double share) {
        if (share == 0 || share == 1) {
            return share == 0 ? "0.0" : "1.0";
        }
        BigDecimal exact = new BigDecimal(share);
        return exact.setScale(2 - exact.precision() + exact.scale() + 1, RoundingMode.HALF_UP).stripTrailingZeros()
                .toPlainString();
    }

    static String counts(Map<String, Integer> counts) {
        var json = new StringBuilder("{");
        new TreeMap<>(counts).forEach((name, count) -> json.append(json.length() > 1 ? "," : "").append(string(name))
                .append(':').append(count));
        return json.append('}').toString();
    }

    static String string(String text) {
        var json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
