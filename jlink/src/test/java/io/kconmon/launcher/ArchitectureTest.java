package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The arrows of CONTRIBUTING's tables, against the class files as the JDK's jdeps reads them. */
class ArchitectureTest {

    /** A class of each. */
    private static final Map<String, String> MODULES = Map.of("shared", "io.kconmon.shared.Program", "k8s",
            "io.kconmon.k8s.KubernetesRosterSource", "controller", "io.kconmon.controller.ControllerProgram", "agent",
            "io.kconmon.agent.AgentProgram", "jlink", "io.kconmon.launcher.Main", "testkit",
            "io.kconmon.testkit.Eventually");
    /** The launcher reads settings for both programs; the reader of the roster's stream stands beside its writer. */
    private static final Set<String> FOR_BOTH = Set.of("io.kconmon.shared.config.SettingsLoader",
            "io.kconmon.shared.roster.EventReader");
    private static final Pattern ARROW = Pattern.compile("(?m)^ {3,}(io\\.kconmon\\S+) +-> (io\\.kconmon\\S+) .*$");
    private static final Pattern CLASS = Pattern.compile("(?m)^ {3,}(io\\.kconmon\\S+) +-> ");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| ([^|]+) \\|[^|]+\\| ?([^|]*?) ?\\|$");

    private record Arrow(String module, String from, String to) {
    }

    private static final List<Arrow> ARROWS = new ArrayList<>();
    private static final Map<String, String> MODULE_OF = new HashMap<>();

    @BeforeAll
    static void read() throws Exception {
        for (var module : new TreeMap<>(MODULES).entrySet()) {
            Path classes = Path
                    .of(Class.forName(module.getValue()).getProtectionDomain().getCodeSource().getLocation().toURI());
            var arguments = new ArrayList<>(List.of("-verbose:class", "-filter:none", "--ignore-missing-deps"));
            arguments.add("--multi-release=22");
            arguments.add(classes.toString());
            Path newer = classes.resolve("META-INF/versions/22");
            if (Files.isDirectory(newer)) {
                arguments.add(newer.toString());
            }
            var out = new StringWriter();
            int status = ToolProvider.findFirst("jdeps").orElseThrow().run(new PrintWriter(out), new PrintWriter(out),
                    arguments.toArray(String[]::new));
            assertEquals(0, status, out::toString);
            for (Matcher it = ARROW.matcher(out.toString()); it.find();) {
                ARROWS.add(new Arrow(module.getKey(), topLevel(it.group(1)), topLevel(it.group(2))));
            }
            for (Matcher it = CLASS.matcher(out.toString()); it.find();) { // also of what needs the JDK alone
                MODULE_OF.put(topLevel(it.group(1)), module.getKey());
            }
        }
        assertTrue(ARROWS.size() > 1000, "jdeps has found the classes");
    }

    private static String topLevel(String name) {
        return name.replaceAll("\\$.*", "");
    }

    private static String packageOf(String name) {
        return name.substring(0, name.lastIndexOf('.'));
    }

    /** The rows of the table that begins so: a name, and the names that stand in its last column. */
    private static Map<String, String> table(String header) throws Exception {
        String text = Files.readString(ReadmeTest.README.resolveSibling("CONTRIBUTING.md"));
        int begin = text.indexOf("| " + header + " | what lives there | may depend on |");
        assertTrue(begin >= 0, header);
        var rows = new LinkedHashMap<String, String>();
        int end = text.indexOf("\n\n", begin);
        for (Matcher it = ROW.matcher(text.substring(begin, end)); it.find();) {
            rows.put(it.group(1), it.group(2));
        }
        return rows;
    }

    private static Set<String> quoted(String text) {
        return Pattern.compile("`([^`]+)`").matcher(text).results().map(it -> it.group(1).replace("/", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void modulesDependOnlyAsTheTableAllows() throws Exception {
        var allowed = new HashMap<String, Set<String>>();
        table("folder").forEach((folder, on) -> quoted(folder).forEach(it -> allowed.put(it,
                on.equals("all") ? MODULES.keySet() : Set.of(on.split(", ")))));
        assertTrue(allowed.keySet().containsAll(MODULES.keySet()), allowed::toString);
        assertEquals(Set.of(), ARROWS.stream().filter(it -> {
            String to = MODULE_OF.getOrDefault(it.to(), it.module());
            return !to.equals(it.module()) && !allowed.get(it.module()).contains(to);
        }).collect(Collectors.toSet()));
    }

    @Test
    void theAgentsPackagesDependOnlyAsTheTableAllows() throws Exception {
        var allowed = new HashMap<String, Set<String>>();
        table("package").forEach((names, on) -> quoted(names).stream().filter(it -> it.matches("[a-z.*]+"))
                .forEach(it -> allowed.put(it, quoted(on))));
        String agent = "io.kconmon.agent.";
        var wrong = new TreeSet<String>();
        for (Arrow arrow : ARROWS) {
            String from = packageOf(arrow.from()) + ".";
            String to = packageOf(arrow.to()) + ".";
            if (from.startsWith(agent) && from.length() > agent.length() && to.startsWith(agent) && !to.equals(from)) {
                // A protocol's package has the row of all of them, so that a new protocol needs none.
                String name = from.substring(agent.length(), from.length() - 1).replaceFirst("^probe\\..*", "probe.*");
                assertTrue(allowed.containsKey(name), "CONTRIBUTING's table has no row of " + name);
                if (to.length() == agent.length()
                        || !allowed.get(name).contains(to.substring(agent.length(), to.length() - 1))) {
                    wrong.add(arrow.from() + " -> " + arrow.to());
                }
            }
        }
        assertEquals(Set.of(), wrong);
    }

    @Test
    void packagesHaveNoCycles() {
        var arrows = new TreeMap<String, Set<String>>();
        ARROWS.stream().filter(it -> !packageOf(it.from()).equals(packageOf(it.to()))).forEach(it -> arrows
                .computeIfAbsent(packageOf(it.from()), absent -> new TreeSet<>()).add(packageOf(it.to())));
        var done = new HashSet<String>();
        for (boolean goesOn = true; goesOn;) { // packages whose arrows all lead to such as are done
            goesOn = arrows.entrySet().stream().anyMatch(it -> !done.contains(it.getKey())
                    && it.getValue().stream().allMatch(to -> done.contains(to) || !arrows.containsKey(to))
                    && done.add(it.getKey()));
        }
        arrows.keySet().removeAll(done);
        assertEquals(Map.of(), arrows, "these lead back to themselves");
    }

    /** What one module alone uses lives there. */
    @Test
    void sharedClassesAreUsedByTwoModules() {
        var users = new HashMap<String, Set<String>>();
        FOR_BOTH.forEach(it -> users.put(it, new TreeSet<>(Set.of("agent", "controller"))));
        boolean more = true;
        while (more) {
            more = false;
            for (Arrow arrow : ARROWS) {
                if (MODULE_OF.getOrDefault(arrow.to(), "").equals("shared")) {
                    Set<String> those = arrow.module().equals("shared")
                            ? users.getOrDefault(arrow.from(), Set.of())
                            : Set.of(arrow.module());
                    more |= users.computeIfAbsent(arrow.to(), absent -> new TreeSet<>()).addAll(those);
                }
            }
        }
        var ofOne = new TreeMap<String, Set<String>>();
        MODULE_OF.forEach((name, module) -> {
            if (module.equals("shared") && !name.endsWith("package-info")
                    && users.getOrDefault(name, Set.of()).size() < 2) {
                ofOne.put(name, users.getOrDefault(name, Set.of()));
            }
        });
        assertEquals(Map.of(), ofOne);
        assertFalse(users.isEmpty());
    }
}
