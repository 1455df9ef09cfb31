package io.kconmon.shared.fuzz;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Feeds a parser with valid inputs that were mutated and with random bytes, for a second, or as long as
 * {@code -Dkconmon.fuzz.seconds} says. Each input comes of a seed, which a failure names: {@code -Dkconmon.fuzz.seed}
 * begins with it.
 */
public final class Fuzz {

    private static final Duration EACH_AT_MOST = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 64 * 1024;
    private static final List<String> TOKENS = List.of("\"", "\\", "{", "}", "[", "]", ",", ":", "\n", "\r\n", "\n\n",
            "data:", "event:", "id:", "null", "true", "-1", "1e999", "99999999999999999999", "\\ud800", "\\u0000", "é",
            "\u2028", "&a ", "*a", "- ", "? ", "!!java.net.URL ", "<<: ", "%TAG", "\t", " ", "0x10", "~",
            "Content-Length: ",
            "HTTP/1.1 ", "HTTP/1.0 200 OK", "127.0.0.1", "::1", "\0", "#");

    private Fuzz() {
    }

    /**
     * Fails if the parser throws what it does not promise, or takes long.
     *
     * @param parser
     *            handles what it may throw itself
     */
    public static void run(List<String> valid, Consumer<byte[]> parser) {
        long seed = Long.getLong("kconmon.fuzz.seed", 1);
        long end = System.nanoTime() + Duration.ofSeconds(Long.getLong("kconmon.fuzz.seconds", 1)).toNanos();
        long before = System.nanoTime();
        while (before < end) {
            byte[] input = input(new Random(seed), valid);
            try {
                parser.accept(input);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed %d: %s".formatted(seed, show(input)), e);
            }
            long after = System.nanoTime();
            if (after - before > EACH_AT_MOST.toNanos()) {
                throw new AssertionError("seed %d took %d ms: %s".formatted(seed, (after - before) / 1_000_000,
                        show(input)));
            }
            before = after;
            seed++;
        }
    }

    private static String show(byte[] input) {
        return HexFormat.of().formatHex(input, 0, Math.min(input.length, 4096));
    }

    static byte[] input(Random random, List<String> valid) {
        if (random.nextInt(10) == 0) {
            var bytes = new byte[random.nextInt(random.nextBoolean() ? 16 : 2000)];
            random.nextBytes(bytes);
            return bytes;
        }
        byte[] bytes = pick(random, valid).getBytes(StandardCharsets.ISO_8859_1);
        for (int i = random.nextInt(6); i > 0; i--) {
            bytes = mutate(random, bytes, valid);
        }
        return bytes.length > MAX_BYTES ? Arrays.copyOf(bytes, MAX_BYTES) : bytes;
    }

    private static byte[] mutate(Random random, byte[] bytes, List<String> valid) {
        int from = random.nextInt(bytes.length + 1);
        int to = Math.min(bytes.length, from + random.nextInt(random.nextBoolean() ? 4 : 100));
        return switch (random.nextInt(7)) {
            case 0 -> splice(bytes, from, to, new byte[0]);
            case 1 -> splice(bytes, from, from, pick(random, TOKENS).getBytes(StandardCharsets.UTF_8));
            case 2 -> splice(bytes, from, to, pick(random, TOKENS).getBytes(StandardCharsets.UTF_8));
            case 3 -> splice(bytes, from, from, pick(random, TOKENS).repeat(random.nextInt(2000))
                    .getBytes(StandardCharsets.UTF_8));
            case 4 -> splice(bytes, to, to, Arrays.copyOfRange(bytes, from, to));
            case 5 -> splice(bytes, from, to, pick(random, valid).getBytes(StandardCharsets.ISO_8859_1));
            default -> flip(random, bytes);
        };
    }

    private static byte[] flip(Random random, byte[] bytes) {
        byte[] flipped = bytes.clone();
        if (flipped.length > 0) {
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return flipped;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] with) {
        byte[] spliced = Arrays.copyOf(bytes, from + with.length + bytes.length - to);
        System.arraycopy(with, 0, spliced, from, with.length);
        System.arraycopy(bytes, to, spliced, from + with.length, bytes.length - to);
        return spliced;
    }

    private static String pick(Random random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
