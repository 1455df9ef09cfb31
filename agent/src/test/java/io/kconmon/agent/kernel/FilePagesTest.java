package io.kconmon.agent.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilePagesTest {

    private static final int SIZE = 1 << 20;

    @TempDir
    private Path folder;

    private MappedByteBuffer mapped(String name, MapMode mode) throws IOException {
        Path file = Files.write(folder.resolve(name), new byte[SIZE]);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return channel.map(mode, 0, SIZE);
        }
    }

    /** Of the file's mapping, kB. */
    private long resident(String name) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/self/smaps"));
        int at = 0;
        while (!lines.get(at).endsWith("/" + name)) {
            at++;
        }
        return lines.subList(at, lines.size()).stream().filter(it -> it.startsWith("Rss:")).findFirst()
                .map(it -> Long.parseLong(it.replaceAll("\\D", ""))).orElseThrow();
    }

    @Test
    void releasedPagesComeBackWhenTheyAreRead() throws Exception {
        MappedByteBuffer file = mapped("read", MapMode.READ_ONLY).load();
        assertEquals(SIZE >> 10, resident("read"));

        try (FilePages pages = FilePages.start()) {
            pages.giveBack();
            assertEquals(SIZE >> 10, resident("read"), "it might be a library that is just being loaded");
            pages.giveBack();
            assertEquals(0, resident("read"));
        }
        assertEquals(0, file.get(SIZE - 1));
        assertTrue(resident("read") > 0);
    }

    @Test
    void pagesOwnedByThisProcessAreKept() throws Exception {
        MappedByteBuffer own = mapped("own", MapMode.PRIVATE);
        own.put(7, (byte) 1);

        try (FilePages pages = FilePages.start()) {
            pages.giveBack();
            pages.giveBack();
        }
        assertEquals(1, own.get(7));
    }

    @Test
    void fileMappingsWithoutPrivatePagesAreListed() throws Exception {
        String code = "7f4e0b868000-7f4e0c8f4000 r-xp 002e3000 00:2f 1718                       /opt/jvm/libjvm.so";
        String jar = "7f4e09884000-7f4e0b43b000 r--s 00000000 00:2f 1720                       /opt/a folder rw-/modules";
        String smaps = """
                %s
                Size:              16944 kB
                Rss:               12224 kB
                Anonymous:             0 kB
                VmFlags: rd ex mr mw me
                7f4e0cc05000-7f4e0ccf0000 r--p 0167f000 00:2f 1718                       /opt/relocated/libjvm.so
                Anonymous:           940 kB
                7f4e0ccf0000-7f4e0cd1b000 rw-p 0176a000 00:2f 1718                       /opt/written r--p/libjvm.so
                Anonymous:             0 kB
                %s
                Anonymous:             0 kB
                7f4e0cfa4000-7f4e0cfa8000 r--p 00000000 00:00 0                          [vvar]
                Anonymous:             0 kB
                7f4e0cfb4000-7f4e0cfb8000 r--p 00000000 00:00 0
                Anonymous:             0 kB
                """.formatted(code, jar);

        assertEquals(Set.of(code, jar), FilePages.unchanged(new BufferedReader(new StringReader(smaps))));
    }
}
