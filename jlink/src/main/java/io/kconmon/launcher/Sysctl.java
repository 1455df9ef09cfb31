package io.kconmon.launcher;

import io.kconmon.shared.config.BadSettingException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code kconmon sysctl key=value…}: for the chart's init container, whose image has no shell and no sysctl(8). */
final class Sysctl {

    private static final Path ROOT = Path.of("/proc/sys");
    /** Interface names may have dots; sysctl(8) takes slashes for separators then: net/ipv4/conf/eth0.1/forwarding. */
    private static final Pattern ASSIGNMENT = Pattern.compile("([a-z0-9_]+(?:[./][\\w.-]+)+) ?= ?([\\w .:-]+)");

    private Sysctl() {
    }

    static void run(List<String> assignments) {
        if (assignments.isEmpty()) {
            throw new BadSettingException("sysctl: nothing to set; allowed: key=value, once or more");
        }
        assignments.forEach(assignment -> set(ROOT, assignment));
    }

    static void set(Path root, String assignment) {
        Matcher matcher = ASSIGNMENT.matcher(assignment);
        if (!matcher.matches() || matcher.group(1).contains("..")) {
            throw new BadSettingException("sysctl: \"%s\" is not allowed; allowed: key=value, such as %s"
                    .formatted(assignment, "net.ipv4.tcp_fin_timeout=15"));
        }
        String key = matcher.group(1);
        Path file = root.resolve(key.contains("/") ? key : key.replace('.', '/'));
        try {
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString());
            }
            Files.writeString(file, matcher.group(2) + "\n");
            System.out.println(key + " = " + Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            throw new BadSettingException("sysctl: \"%s\" is no parameter of this kernel".formatted(key));
        } catch (AccessDeniedException e) {
            throw new BadSettingException(
                    "sysctl: \"%s\" cannot be set to \"%s\": it may not be written".formatted(key, matcher.group(2)));
        } catch (IOException e) {
            throw new BadSettingException("sysctl: \"%s\" cannot be set to \"%s\": %s".formatted(key, matcher.group(2),
                    e.getMessage()));
        }
    }
}
