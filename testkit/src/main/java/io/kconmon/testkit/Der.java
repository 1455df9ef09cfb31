package io.kconmon.testkit;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The distinguished encoding rules of ASN.1 (X.690), as much of them as a certificate and a key need. */
final class Der {

    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
            .withZone(ZoneOffset.UTC);

    private Der() {
    }

    static byte[] sequence(byte[]... parts) {
        return tagged(SEQUENCE, join(List.of(parts)));
    }

    static byte[] sequence(List<byte[]> parts) {
        return tagged(SEQUENCE, join(parts));
    }

    static byte[] set(byte[]... parts) {
        return tagged(SET, join(List.of(parts)));
    }

    static byte[] integer(long value) {
        return tagged(0x02, BigInteger.valueOf(value).toByteArray());
    }

    static byte[] bitString(byte[] bytes) {
        return tagged(0x03, join(List.of(new byte[1], bytes))); // no bit of the last byte is unused
    }

    static byte[] octets(byte[] bytes) {
        return tagged(0x04, bytes);
    }

    static byte[] yes() {
        return tagged(0x01, new byte[]{(byte) 0xff});
    }

    static byte[] none() {
        return tagged(0x05, new byte[0]);
    }

    static byte[] text(String text) {
        return tagged(0x0c, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] time(Instant time) {
        return tagged(0x18, TIME.format(time).getBytes(StandardCharsets.US_ASCII));
    }

    /** An object identifier, as in {@code 2.5.29.17}. */
    static byte[] identifier(String dotted) {
        String[] numbers = dotted.split("\\.", -1);
        var bytes = new ByteArrayOutputStream();
        bytes.write(40 * Integer.parseInt(numbers[0]) + Integer.parseInt(numbers[1]));
        for (int i = 2; i < numbers.length; i++) {
            int number = Integer.parseInt(numbers[i]);
            for (int shift = 21; shift > 0; shift -= 7) {
                if (number >> shift != 0) {
                    bytes.write(0x80 | ((number >> shift) & 0x7f));
                }
            }
            bytes.write(number & 0x7f);
        }
        return tagged(0x06, bytes.toByteArray());
    }

    /** Content of at most 65,535 bytes under a tag of one byte. */
    static byte[] tagged(int tag, byte[] content) {
        var bytes = new ByteArrayOutputStream();
        bytes.write(tag);
        if (content.length > 0xff) {
            bytes.write(0x82);
            bytes.write(content.length >> 8);
        } else if (content.length > 0x7f) {
            bytes.write(0x81);
        }
        bytes.write(content.length);
        bytes.writeBytes(content);
        return bytes.toByteArray();
    }

    private static byte[] join(List<byte[]> parts) {
        var bytes = new ByteArrayOutputStream();
        parts.forEach(bytes::writeBytes);
        return bytes.toByteArray();
    }
}
