package io.kconmon.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Where classes make lambdas and put texts together (invokedynamic), of those places that a training came by: of the others
 * none, for what an archive of linked classes has is loaded at each start. A place is known by what is made there, for its
 * index changes with its class.
 */
final class Lambdas {

    private static final String PLACE = "@indy ";

    private final Map<String, byte[]> classes = new HashMap<>();

    /** @param work where the runtime's classes may be put for a while; they are not the JDK's, for jlink changes them */
    Lambdas(Programs programs, Path work) throws IOException {
        for (String jar : programs.agent()) {
            try (var file = new JarFile(programs.root().at(Layout.JARS + "/" + jar).toFile())) {
                for (JarEntry entry : file.stream().toList()) {
                    classes.put(name(entry.getName()), file.getInputStream(entry).readAllBytes());
                }
            }
        }
        Path modules = Tree.empty(work.resolve("modules")).root();
        Tool.run(List.of(Path.of(System.getProperty("java.home"), "bin", "jimage").toString(), "extract", "--dir",
                modules.toString(), programs.root().at(Layout.JVM + "/lib/modules").toString()));
        for (Path module : Tree.children(modules)) {
            for (Path file : Tree.files(module)) {
                classes.put(name(module.relativize(file).toString()), Files.readAllBytes(file));
            }
        }
        Tree.empty(modules);
    }

    private static String name(String path) {
        return path.replaceFirst("\\.class$", "");
    }

    static boolean isPlace(String line) {
        return line.startsWith(PLACE);
    }

    /** The places among those that a training's list tells by their indexes: "@cp CLASS INDEX...". */
    List<String> places(String line) {
        String[] words = line.split(" ");
        Set<String> indexes = new TreeSet<>(List.of(words).subList(2, words.length));
        return entries(words[1]).filter(it -> indexes.contains(String.valueOf(it.index())))
                .map(it -> PLACE + words[1] + " " + inWords(it)).toList();
    }

    /** As lines for a list that is dumped, of the classes that it has. */
    List<String> lines(Set<String> training) {
        var lines = new ArrayList<String>();
        for (String name : new TreeSet<>(classes.keySet())) {
            if (training.contains(name)) {
                String indexes = entries(name).filter(it -> training.contains(PLACE + name + " " + inWords(it)))
                        .map(it -> String.valueOf(it.index())).collect(Collectors.joining(" "));
                if (!indexes.isEmpty()) {
                    lines.add("@cp " + name + " " + indexes);
                }
            }
        }
        return lines;
    }

    private Stream<InvokeDynamicEntry> entries(String name) {
        byte[] bytes = classes.get(name);
        return bytes == null
                ? Stream.of()
                : StreamSupport.stream(ClassFile.of().parse(bytes).constantPool().spliterator(), false)
                        .filter(InvokeDynamicEntry.class::isInstance).map(InvokeDynamicEntry.class::cast);
    }

    private static String inWords(InvokeDynamicEntry entry) {
        return entry.name().stringValue() + " " + entry.type().stringValue() + " "
                + entry.bootstrap().arguments().stream().map(Lambdas::inWords).collect(Collectors.joining(" "));
    }

    private static String inWords(LoadableConstantEntry argument) {
        return switch (argument) {
            case MethodTypeEntry type -> type.descriptor().stringValue();
            case MethodHandleEntry method -> method.kind() + ":" + method.reference().owner().asInternalName() + "."
                    + method.reference().name().stringValue() + method.reference().type().stringValue();
            // A text may have any character.
            case StringEntry text -> "#" + Integer.toHexString(text.stringValue().hashCode());
            default -> String.valueOf(argument.tag());
        };
    }
}
