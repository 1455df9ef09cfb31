package io.kconmon.shared.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.http.Header;
import io.helidon.http.RequestException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Answers one path without Helidon's parsing and routing, which would cost more than all else that an agent does: each other
 * agent asks for {@code /readiness} every five seconds. Only a plain request on a connection of its own is answered so
 * (HTTP/1.1, {@code Connection: close}, no body). Any other request goes the usual way.
 *
 * @param path
 *            must be routed, too
 * @param header
 *            asked at each request for a header that the answer has besides
 * @param body
 *            in ASCII
 */
public record QuickAnswer(String path, Supplier<Optional<Header>> header, String body) {

    /** None of these headers changes the request's meaning. */
    private static final Set<String> PLAIN = Set.of("host", "connection", "user-agent", "accept", "x-padding");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:\\[\\]-]+");
    private static final String END = "\r\n\r\n";

    /** Answers the next request if it is a plain one for the path. */
    boolean answer(HeaderLimit heads, DataWriter writer, HttpDate date) {
        String line = "GET " + path + " HTTP/1.1\r\n";
        try {
            String head = new String(heads.peek(), StandardCharsets.ISO_8859_1);
            if (!heads.isAlone() || !head.startsWith(line) || !isPlain(head, line.length())) {
                return false;
            }
        } catch (RequestException e) {
            return false; // it is thrown again where Helidon reads on, and answers it
        }
        String added = header.get().map(QuickAnswer::field).orElse("");
        String answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/plain\r\n" + field(date.header())
                + added + "Content-Length: " + body.length() + END + body;
        writer.write(BufferData.create(answer.getBytes(StandardCharsets.US_ASCII)));
        return true;
    }

    private static String field(Header header) {
        return header.name() + ": " + header.get() + "\r\n";
    }

    private static boolean isPlain(String head, int from) {
        var seen = new HashSet<String>();
        boolean closes = false;
        for (int at = from; at < head.length() - 2;) {
            int end = head.indexOf('\n', at);
            int colon = head.indexOf(':', at);
            if (end < 0 || head.charAt(end - 1) != '\r' || colon < 0 || colon > end) {
                return false;
            }
            String name = head.substring(at, colon).toLowerCase(Locale.ROOT);
            if (!PLAIN.contains(name) || !seen.add(name)) {
                return false;
            }
            String value = name.equals("x-padding") ? "" : head.substring(colon + 1, end).strip();
            if (name.equals("host") && !HOST.matcher(value).matches()) {
                return false;
            }
            closes |= name.equals("connection") && value.equalsIgnoreCase("close");
            at = end + 1;
        }
        return closes && seen.contains("host") && head.endsWith(END);
    }
}
