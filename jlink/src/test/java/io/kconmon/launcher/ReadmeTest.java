package io.kconmon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README and the table of settings, held against the code. */
class ReadmeTest {

    static final Path README = Path.of("..", "README.md");

    @Test
    void everySettingIsInTheTable() throws IOException {
        String settings = Files.readString(README.resolveSibling("docs/configuration.md"));
        String table = settings.substring(settings.indexOf("| --- |", settings.indexOf("<!-- settings:")),
                settings.indexOf("<!-- /settings -->"));
        String rows = Options.ALL.stream().map(ReadmeTest::row).collect(Collectors.joining("\n"));
        assertEquals(rows, table.substring(table.indexOf('\n') + 1).strip());
    }

    private static String row(Setting<?> setting) {
        String fallback = setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`";
        return "| `%s` | %s | %s | %s |".formatted(setting.key(), fallback, setting.allowed(), setting.help());
    }

    @Test
    void everyCommandIsNamed() throws IOException {
        String readme = Files.readString(README);
        for (String command : List.of("./kconmon demo", "mvn verify", "kconmon config", "kconmon agent",
                "kconmon controller", "helm install")) {
            assertTrue(readme.contains(command), command);
        }
    }
}
