package io.kconmon.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Where in the jars' classes lambdas are made, as lines of a class list: "@cp CLASS INDEX...". */
final class Lambdas {

    private Lambdas() {
    }

    static List<String> of(Programs programs, Set<String> classes) throws IOException {
        var lines = new ArrayList<String>();
        for (String jar : programs.agent()) {
            try (var file = new JarFile(programs.root().at(Layout.JARS + "/" + jar).toFile())) {
                for (JarEntry entry : file.stream().toList()) {
                    String name = entry.getName().replaceFirst("\\.class$", "");
                    if (classes.contains(name)) {
                        String indexes = indexes(file.getInputStream(entry).readAllBytes());
                        if (!indexes.isEmpty()) {
                            lines.add("@cp " + name + " " + indexes);
                        }
                    }
                }
            }
        }
        return lines;
    }

    private static String indexes(byte[] bytes) {
        return StreamSupport.stream(ClassFile.of().parse(bytes).constantPool().spliterator(), false)
                .filter(InvokeDynamicEntry.class::isInstance).map(PoolEntry::index).map(String::valueOf)
                .collect(Collectors.joining(" "));
    }
}
