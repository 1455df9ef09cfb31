package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent needs no privilege for the kernel's clock; and it answers from the address that was asked. */
class UnprivilegedNamespaceIT {

    private static final List<String> NOBODY = List.of("setpriv", "--reuid=65532", "--regid=65532", "--clear-groups",
            "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs");
    private static final String OTHER_ADDRESS = "10.99.0.101";
    /** Prints the addresses that have answered. */
    private static final String ASK = """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.settimeout(10)
            s.sendto(b"ping", ("%s", 8080))
            print(*s.recvfrom(64))
            """;

    @TempDir
    private Path folder;

    @Test
    void theKernelsClockAndTheAskedAddressWorkUnprivileged() throws Exception {
        try (var mesh = new NetworkMesh(2, folder, "-Dkconmon.tcp.interval=1000", "-Dkconmon.udp.interval=1000")) {
            mesh.kill(1);
            mesh.startFrom(copyOfClassPath(), 1, NOBODY);
            mesh.awaitServing(1);
            mesh.join(1);
            mesh.writeRoster();
            mesh.awaitRounds(2, mesh.hosts());
            String status = Files.readString(Path.of("/proc/%d/status".formatted(mesh.process(1).pid())));
            assertTrue(status.contains("Uid:\t65532\t65532\t65532\t65532")
                    && status.contains("CapEff:\t0000000000000000"), status);
            Page page = mesh.page(1);
            assertEquals(1, page.value("kconmon_clock_info", "source=kernel").orElse(0));
            mesh.network().on(1, "ip", "addr", "add", OTHER_ADDRESS + "/24", "dev", "eth0");
            for (String address : List.of(Network.address(1), OTHER_ADDRESS)) {
                assertEquals("b'pong' ('%s', 8080)".formatted(address),
                        mesh.network().on(2, "python3", "-c", ASK.formatted(address)).strip());
            }
            System.out.printf(
                    "[namespaces] uid 65532 without capabilities: clock %s, UDP %.0f µs, TCP connect %.0f µs%n",
                    page.series("kconmon_clock_info"),
                    1000 * page.value("kconmon_udp_duration_milliseconds").orElse(0),
                    1000 * page.value("kconmon_tcp_connect_milliseconds").orElse(0));
        }
    }

    /** What root's own folders hold nobody else can read. */
    private String copyOfClassPath() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        var copies = new ArrayList<String>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path source = Path.of(entry);
            Path target = folder.resolve(copies.size() + "-" + source.getFileName());
            if (Files.exists(source)) {
                copy(source, target);
                copies.add(target.toString());
            }
        }
        return String.join(File.pathSeparator, copies);
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.toList()) {
                Path copy = target.resolve(source.relativize(file).toString());
                Files.copy(file, copy);
                Files.setPosixFilePermissions(copy,
                        PosixFilePermissions.fromString(Files.isDirectory(copy) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }
}
