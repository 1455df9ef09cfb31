package io.kconmon.shared.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;

/** Requests of HTTP/1.0 (RFC 1945), which proxies and health checkers still send, and which Helidon refuses. */
final class Http10 {

    private static final String LINE_END = " HTTP/1.0\r\n";

    private Http10() {
    }

    static boolean isRequest(byte[] head) {
        int end = 0;
        while (head[end] != '\n') {
            end++;
        }
        return end > LINE_END.length() && head[end - 2] == '0'
                && new String(head, end + 1 - LINE_END.length(), LINE_END.length(), ISO_8859_1).equals(LINE_END);
    }

    /** The same request in HTTP/1.1, which requires a host and keeps the connection by default. */
    static byte[] asHttp11(byte[] head) {
        String text = new String(head, ISO_8859_1);
        int line = text.indexOf('\n') + 1;
        String lower = text.toLowerCase(Locale.ROOT);
        String host = lower.contains("\nhost:") ? "" : "Host: localhost\r\n";
        String close = keepsAlive(lower) ? "" : "Connection: close\r\n";
        return (text.substring(0, line - 3) + "1\r\n" + host + close + text.substring(line)).getBytes(ISO_8859_1);
    }

    private static boolean keepsAlive(String fields) {
        int at = fields.indexOf("\nconnection:");
        return at >= 0 && fields.substring(at, fields.indexOf('\n', at + 1)).contains("keep-alive");
    }
}
