package io.kconmon.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No secret of a test is in what the tests before this one have written, by the search that {@code .ci/run} makes at the end. */
class SecretsTest {

    private static final Path SEARCH = Path.of("../.ci/secrets").toAbsolutePath().normalize();
    /** Not in one piece: this class's own output is searched, too. */
    private static final String MARKER = String.join("-", "kconmon", "marker", "secret");

    @TempDir
    private Path folder;

    private record Found(int status, String said) {
    }

    private Found search(String written) throws IOException, InterruptedException {
        Path log = Files.writeString(folder.resolve("program.log"), written);
        Process search = new ProcessBuilder(SEARCH.toString(), log.toString()).redirectErrorStream(true).start();
        String said = new String(search.getInputStream().readAllBytes(), UTF_8);
        return new Found(search.waitFor(), said);
    }

    @Test
    void noTestHasWrittenASecret() throws Exception {
        assertEquals(new Found(0, ""), search("INFO all is well\n"));
    }

    @Test
    void aSecretIsFoundInPlainTextAndInBase64() throws Exception {
        for (String secret : List.of(MARKER, "a" + MARKER, "ab" + MARKER, "me:" + MARKER + "-and more",
                "-----BEGIN PRIVATE KEY-----")) {
            for (String written : List.of(secret, Base64.getEncoder().encodeToString(secret.getBytes(UTF_8)))) {
                if (written.startsWith("LS0")) {
                    continue; // a key is in Base64 already
                }
                Found found = search("WARNING refused {reason=" + written + "}\n");
                assertEquals(1, found.status(), found.said());
                assertTrue(found.said().contains("program.log"), found.said());
                assertFalse(found.said().contains(written), "the search itself shows it");
            }
        }
    }
}
