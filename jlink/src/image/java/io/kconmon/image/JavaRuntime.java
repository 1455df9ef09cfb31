package io.kconmon.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The JVM and the JDK's modules that are in use. The jars stay on a class path: jlink refuses automatic modules. */
final class JavaRuntime {

    /**
     * java.management and jdk.management are for the JVM's own meters, java.net.http for the Kubernetes API. Without
     * java.instrument a JVM does not start where an operator for observability injects {@code -javaagent}.
     */
    private static final String MODULES = "java.base,java.instrument,java.logging,java.management,java.net.http,"
            + "jdk.management";

    /** The certificates are the build machine's: the agent speaks no TLS, the controller is given the cluster's. */
    private static final List<String> UNUSED = List.of("lib/security/cacerts", "lib/classlist", "lib/jexec",
            "lib/jspawnhelper", "lib/jrt-fs.jar", "lib/libjsig.so", "lib/server/libjsig.so",
            "lib/libsimdsort.so", "bin/keytool");

    private JavaRuntime() {
    }

    static void link(Path output) throws IOException {
        String jlink = Path.of(System.getProperty("java.home"), "bin", "jlink").toString();
        Tool.run(List.of(jlink, "--add-modules", MODULES, "--output", output.toString(), "--strip-debug", "--vm=server",
                "--no-header-files", "--no-man-pages", "--compress=zip-0", "--exclude-files=/*/legal/**"));
        for (String file : UNUSED) {
            Files.deleteIfExists(output.resolve(file));
        }
        for (Path file : Tree.files(output.resolve("lib"))) {
            if (file.toString().endsWith(".so")) {
                Tool.run(List.of("strip", "--strip-unneeded", "--preserve-dates", file.toString()));
            }
        }
    }
}
