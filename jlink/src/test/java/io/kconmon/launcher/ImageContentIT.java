package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The content of the image. */
final class ImageContentIT {

    private static final Pattern CONTROLLER_ALONE = Pattern.compile("(kubernetes|jackson|zjsonpatch|fabric8).*");

    /** All files but the jars: a new one is a decision. Neither shell nor package manager nor certificates are among them. */
    private static final String FILES = """
            etc/group
            etc/nsswitch.conf
            etc/passwd
            lib/ARCH/libc.so.6
            lib/ARCH/libdl.so.2
            lib/ARCH/libm.so.6
            lib/ARCH/libpthread.so.0
            lib/ARCH/librt.so.1
            lib64/LOADER
            opt/kconmon/agent.flags
            opt/kconmon/bin/agent
            opt/kconmon/bin/controller
            opt/kconmon/bin/kconmon
            opt/kconmon/classes.jsa
            opt/kconmon/controller.flags
            opt/kconmon/jvm/bin/java
            opt/kconmon/jvm/conf/logging.properties
            opt/kconmon/jvm/conf/net.properties
            opt/kconmon/jvm/conf/sdp/sdp.conf.template
            opt/kconmon/jvm/conf/security/java.security
            opt/kconmon/jvm/conf/security/policy/README.txt
            opt/kconmon/jvm/conf/security/policy/limited/default_US_export.policy
            opt/kconmon/jvm/conf/security/policy/limited/default_local.policy
            opt/kconmon/jvm/conf/security/policy/limited/exempt_local.policy
            opt/kconmon/jvm/conf/security/policy/unlimited/default_US_export.policy
            opt/kconmon/jvm/conf/security/policy/unlimited/default_local.policy
            opt/kconmon/jvm/lib/jvm.cfg
            opt/kconmon/jvm/lib/libinstrument.so
            opt/kconmon/jvm/lib/libjava.so
            opt/kconmon/jvm/lib/libjimage.so
            opt/kconmon/jvm/lib/libjli.so
            opt/kconmon/jvm/lib/libmanagement.so
            opt/kconmon/jvm/lib/libmanagement_ext.so
            opt/kconmon/jvm/lib/libnet.so
            opt/kconmon/jvm/lib/libnio.so
            opt/kconmon/jvm/lib/libsyslookup.so
            opt/kconmon/jvm/lib/libverify.so
            opt/kconmon/jvm/lib/libzip.so
            opt/kconmon/jvm/lib/modules
            opt/kconmon/jvm/lib/security/blocked.certs
            opt/kconmon/jvm/lib/security/public_suffix_list.dat
            opt/kconmon/jvm/lib/server/libjvm.so
            opt/kconmon/jvm/lib/tzdb.dat
            opt/kconmon/jvm/release
            opt/kconmon/kconmon.flags
            """;

    private static Podman podman;
    private static Path root;

    @BeforeAll
    static void mount() throws IOException {
        podman = new Podman();
        root = Path.of(Podman.run("podman", "image", "mount", podman.image()));
    }

    @AfterAll
    static void unmount() throws IOException {
        Podman.run("podman", "image", "unmount", podman.image());
        podman.close();
    }

    private static List<String> files() throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(Files::isRegularFile).map(it -> root.relativize(it).toString()).sorted().toList();
        }
    }

    @Test
    void hasTheseFilesAndNoOthers() throws IOException {
        String files = files().stream().filter(it -> !it.startsWith("opt/kconmon/jars/"))
                .map(it -> it.replaceFirst("^lib/[a-z0-9_]+-linux-gnu/", "lib/ARCH/")
                        .replaceFirst("^lib(64)?/ld-linux.*", "lib64/LOADER") + "\n")
                .collect(Collectors.joining());
        assertEquals(FILES, files);
    }

    @Test
    void theAgentsClassPathHasNoKubernetesClient() throws IOException {
        assertEquals(List.of(),
                classPath("agent").stream().filter(it -> CONTROLLER_ALONE.matcher(it).matches()).toList());
        List<String> controller = classPath("controller");
        assertTrue(controller.stream().anyMatch(it -> it.startsWith("jackson-databind-")));
        assertEquals(classPath("agent"), controller.subList(0, classPath("agent").size()),
                "an archive made with the one serves the other");
        List<String> jars = files().stream().filter(it -> it.startsWith("opt/kconmon/jars/"))
                .map(it -> it.substring("opt/kconmon/jars/".length())).toList();
        assertEquals(jars, controller.stream().sorted().toList());
    }

    private static List<String> classPath(String program) throws IOException {
        List<String> flags = Files.readAllLines(root.resolve("opt/kconmon/" + program + ".flags"));
        return Arrays.stream(flags.get(flags.indexOf("-cp") + 1).split(":"))
                .map(it -> Path.of(it).getFileName().toString()).toList();
    }

    @Test
    void theLabelsDescribeTheImage() throws IOException {
        String labels = "{{index .Config.Labels \"org.opencontainers.image.%s\"}}";
        assertEquals("kconmon", podman.inspect(podman.image(), labels.formatted("title")));
        assertEquals("Apache-2.0", podman.inspect(podman.image(), labels.formatted("licenses")));
        assertEquals("https://github.com/kconmon/kconmon",
                podman.inspect(podman.image(), labels.formatted("source")));
        assertTrue(podman.inspect(podman.image(), labels.formatted("version")).matches("\\d+\\.\\d+.*"));
        assertEquals("65532:65532", podman.inspect(podman.image(), "{{.Config.User}}"));
        assertEquals("[kconmon]", podman.inspect(podman.image(), "{{.Config.Entrypoint}}"));
    }

    /** Paths of the build machine would make another image of each machine. */
    @Test
    void theImageHasNoTraceOfItsBuildMachine() throws IOException {
        String here = Path.of("").toAbsolutePath().toString();
        for (String file : List.of("classes.jsa", "agent.flags", "controller.flags", "bin/agent", "jvm/release")) {
            assertTrue(!Files.readString(root.resolve("opt/kconmon/" + file), StandardCharsets.ISO_8859_1)
                    .contains(here), file);
        }
    }

    @Test
    void everyJarIsInTheBillOfMaterials() throws IOException {
        String bom = Files.readString(Path.of("target", "kconmon-image.cdx.json"));
        for (String jar : classPath("controller")) {
            String artifact = jar.replaceFirst("-\\d[\\w.-]*\\.jar$", "");
            assertTrue(bom.contains("\"name\" : \"%s\"".formatted(artifact)), artifact);
        }
    }
}
