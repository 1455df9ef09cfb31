package io.kconmon.controller.status;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class StatusStreamTest {

    private static final int NODES = 100;

    /** The bytes written, and how many at once. */
    private static final class Pieces extends OutputStream {

        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private int largest;

        @Override
        public void write(int octet) {
            all.write(octet);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            largest = Math.max(largest, length);
            all.write(bytes, offset, length);
        }
    }

    @Test
    void allOfALargeMeshIsSentInPieces() throws Exception {
        var mesh = new Meshes(NODES, true);
        var lines = new String[NODES];
        Arrays.fill(lines, "1,3m 5,7u,c,j");
        for (int i = 1; i <= NODES; i++) {
            mesh.report("node-" + i, lines);
        }
        mesh.status.close();
        var pieces = new Pieces();
        new StatusStream(mesh.status, Duration.ofHours(1)).new Reader(pieces).read();
        var json = new StringBuilder();
        StatusJson.write(mesh.status.snapshot(), json);
        assertEquals("event: status\ndata: %s\n\n".formatted(json), pieces.all.toString(StandardCharsets.UTF_8));
        assertTrue(pieces.all.size() > 20 * pieces.largest, "%d bytes of %d at once".formatted(pieces.largest,
                pieces.all.size()));
    }
}
