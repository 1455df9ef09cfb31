package io.kconmon.agent.probe.tcp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.support.Loopback;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A peer that answers anything: for a second, or as long as {@code -Dkconmon.fuzz.seconds} says. */
class TcpFuzzTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final String VALID = "HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
    private static final String[] TOKENS = {"\r\n\r\n", "\n", "\r", "Content-Length: 18446744073709551616\r\n",
            "content-length:0\r\n", "content-length: -1\r\n", "HTTP/1.1 ", "200", "503", "\0", " ", ":"};
    private static final Set<Cause> POSSIBLE = EnumSet.of(Cause.BAD_REPLY, Cause.BAD_STATUS, Cause.RESET);

    @Test
    void everyAnswerIsJudgedInTime() throws Exception {
        long seed = Long.getLong("kconmon.fuzz.seed", 1);
        long end = System.nanoTime() + Duration.ofSeconds(Long.getLong("kconmon.fuzz.seconds", 1)).toNanos();
        var answer = new AtomicReference<>(new byte[0]);
        try (Sockets sockets = Sockets.open(); var peer = new TcpPeer((connection, out) -> out.write(answer.get()))) {
            var probe = new TcpProbe(new TcpSettings(TIMEOUT, TIMEOUT, 2000), Ticks.PROMPT, sockets, Loopback.ONE,
                    peer.address());
            while (System.nanoTime() < end) {
                byte[] says = answer(new Random(seed));
                answer.set(says);
                TcpResult result = probe.run();
                String text = new String(says, StandardCharsets.ISO_8859_1);
                assertTrue(result.cause().isPresent()
                        ? POSSIBLE.contains(result.cause().get())
                        : text.matches("(?s)HTTP/1\\.[01] 200.*"), "seed %d: %s: %s".formatted(seed, result, text));
                seed++;
            }
        }
    }

    private static byte[] answer(Random random) {
        if (random.nextInt(10) == 0) {
            var bytes = new byte[random.nextInt(20_000)];
            random.nextBytes(bytes);
            return bytes;
        }
        var text = new StringBuilder(VALID);
        for (int i = random.nextInt(5); i > 0; i--) {
            int at = random.nextInt(text.length() + 1);
            switch (random.nextInt(3)) {
                case 0 -> text.delete(at, Math.min(text.length(), at + random.nextInt(20)));
                case 1 -> text.insert(at, TOKENS[random.nextInt(TOKENS.length)]);
                default -> text.insert(at, TOKENS[random.nextInt(TOKENS.length)].repeat(random.nextInt(3000)));
            }
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.ISO_8859_1);
        return Arrays.copyOf(bytes, Math.min(bytes.length, 100_000));
    }
}
