package io.kconmon.shared.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A length of -2^63 would be read as none for ever. */
@Timeout(value = 30, threadMode = ThreadMode.SEPARATE_THREAD)
class ClientAnswerTest {

    private static byte[] body(String head, String body) throws IOException {
        String answer = "HTTP/1.1 200 OK\r\n" + head + "\r\n\r\n" + body;
        var in = new ByteArrayInputStream(answer.getBytes(StandardCharsets.US_ASCII));
        try (ClientAnswer read = ClientAnswer.read(new Socket(), in)) {
            return read.body().readAllBytes();
        }
    }

    @Test
    void aBodyEndsWithItsAnswer() throws IOException {
        assertEquals("abc", new String(body("Content-Length: 3", "abcdef"), StandardCharsets.US_ASCII));
        assertEquals("abcde", new String(body("Transfer-Encoding: chunked", "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"),
                StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(strings = {"18446744073709551615", "9223372036854775808", "18446744073709551616", "-1", "x", ""})
    void anInvalidLengthIsRefused(String length) {
        assertEquals("the answer's length is no number",
                assertThrows(IOException.class, () -> body("Content-Length: " + length, "abc")).getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ffffffffffffffff", "8000000000000000", "10000000000000000", "-1", "x", ""})
    void anInvalidChunkLengthIsRefused(String length) {
        assertEquals("a chunk's length is no number", assertThrows(IOException.class,
                () -> body("Transfer-Encoding: chunked", length + "\r\nabc\r\n0\r\n\r\n")).getMessage());
    }
}
