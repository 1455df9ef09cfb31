package io.kconmon.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A Java agent as small as one can be, as operators for observability inject larger ones. */
public final class InjectedAgent {

    private InjectedAgent() {
    }

    /** The JVM calls it before {@code main}. */
    public static void premain(String options) {
        System.out.println("injected " + options);
    }

    /** Writes the jar that {@code -javaagent} wants. */
    static Path jar(Path file) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", InjectedAgent.class.getName());
        String name = InjectedAgent.class.getName().replace('.', '/') + ".class";
        try (var jar = new JarOutputStream(Files.newOutputStream(file), manifest);
                InputStream code = InjectedAgent.class.getResourceAsStream("/" + name)) {
            jar.putNextEntry(new JarEntry(name));
            if (code != null) {
                code.transferTo(jar);
            }
            jar.closeEntry();
        }
        return file;
    }
}
