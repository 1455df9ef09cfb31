package io.kconmon.image;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.LoadableConstantEntry;
import java.lang.classfile.constantpool.MethodHandleEntry;
import java.lang.classfile.constantpool.MethodTypeEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Where in the jars' classes the lambdas that a training saw are made, as lines of a class list: "@cp CLASS INDEX...". Of
 * the others none: what an archive of linked classes has is loaded at each start.
 */
final class Lambdas {

    private static final String METAFACTORY = "java/lang/invoke/LambdaMetafactory";
    private static final List<String> KINDS = List.of("", "REF_getField", "REF_getStatic", "REF_putField",
            "REF_putStatic", "REF_invokeVirtual", "REF_invokeStatic", "REF_invokeSpecial", "REF_newInvokeSpecial",
            "REF_invokeInterface");

    private Lambdas() {
    }

    /** @param classes the training's lines, of classes and of "@lambda-proxy CLASS ..." */
    static List<String> of(Programs programs, Path work, Set<String> classes) throws IOException {
        var lines = new ArrayList<String>();
        for (String jar : programs.agent()) {
            try (var file = new JarFile(programs.root().at(Layout.JARS + "/" + jar).toFile())) {
                for (JarEntry entry : file.stream().toList()) {
                    add(lines, entry.getName(), file.getInputStream(entry).readAllBytes(), classes);
                }
            }
        }
        // The image's own: jlink has changed them.
        Path modules = Tree.empty(work.resolve("modules")).root();
        Tool.run(List.of(Path.of(System.getProperty("java.home"), "bin", "jimage").toString(), "extract", "--dir",
                modules.toString(), programs.root().at(Layout.JVM + "/lib/modules").toString()));
        for (Path module : Tree.children(modules)) {
            for (Path file : Tree.files(module)) {
                add(lines, module.relativize(file).toString(), Files.readAllBytes(file), classes);
            }
        }
        return lines;
    }

    private static void add(List<String> lines, String path, byte[] bytes, Set<String> classes) {
        String name = path.replaceFirst("\\.class$", "");
        if (classes.contains(name)) {
            String indexes = indexes(name, bytes, classes);
            if (!indexes.isEmpty()) {
                lines.add("@cp " + name + " " + indexes);
            }
        }
    }

    private static String indexes(String name, byte[] bytes, Set<String> classes) {
        return StreamSupport.stream(ClassFile.of().parse(bytes).constantPool().spliterator(), false)
                .filter(InvokeDynamicEntry.class::isInstance).map(InvokeDynamicEntry.class::cast)
                .filter(it -> !isLambda(it) || classes.contains("@lambda-proxy " + name + " " + inWords(it)))
                .map(PoolEntry::index).map(String::valueOf).collect(Collectors.joining(" "));
    }

    private static boolean isLambda(InvokeDynamicEntry entry) {
        return entry.bootstrap().bootstrapMethod().reference().owner().asInternalName().equals(METAFACTORY);
    }

    /** As a class list has it: what is made, and of which method. */
    private static String inWords(InvokeDynamicEntry entry) {
        List<LoadableConstantEntry> arguments = entry.bootstrap().arguments();
        if (!(arguments.get(0) instanceof MethodTypeEntry interfaces)
                || !(arguments.get(1) instanceof MethodHandleEntry method)
                || !(arguments.get(2) instanceof MethodTypeEntry exact)) {
            return "";
        }
        return String.join(" ", entry.name().stringValue(), entry.type().stringValue(),
                interfaces.descriptor().stringValue(), KINDS.get(method.kind()),
                method.reference().owner().asInternalName(), method.reference().name().stringValue(),
                method.reference().type().stringValue(), exact.descriptor().stringValue());
    }
}
