package io.kconmon.launcher.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kconmon.shared.config.BadSettingException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DemoOptionsTest {

    private static final String OPTIONS = "--nodes N, --zones N, --interval MILLISECONDS, --seconds N, --host NAME,"
            + " --break NODE, --loss FROM:TO=PERCENT, --fault FAULT";
    private static final String A_LOSS = "FROM:TO=PERCENT, such as node-1:node-4=30";

    private static DemoOptions parse(String words) {
        return DemoOptions.parse(words.isEmpty() ? List.of() : List.of(words.split(" ", -1)));
    }

    @Test
    void hasDefaults() {
        assertEquals(new DemoOptions(6, 3, Duration.ofSeconds(1), Set.of(), List.of(), List.of(), Optional.empty(),
                Optional.empty()), parse(""));
    }

    @Test
    void takesEveryOptionInBothForms() {
        var expected = new DemoOptions(4, 2, Duration.ofMillis(200), Set.of("node-3", "node-4"),
                List.of(new DemoOptions.Loss("node-1", "node-4", 30), new DemoOptions.Loss("node-2", "node-1", 100)),
                List.of(new Fault.ZoneLoss("zone-a", "zone-b", 0.5), new Fault.Slow("node-2", Duration.ofMillis(80))),
                Optional.of("a.example"), Optional.of(Duration.ofSeconds(5)));
        assertEquals(expected, parse("--nodes 4 --zones 2 --interval 200 --break node-3 --break node-4"
                + " --loss node-1:node-4=30 --loss node-2:node-1=100% --fault zone-a>zone-b=0.5% --fault node-2=slow:80ms --host a.example --seconds 5"));
        assertEquals(expected, parse(
                "--loss=node-1:node-4=30% --loss=node-2:node-1=100 --fault=zone-a>zone-b=0.5 --fault=node-2=slow:80ms --seconds=5 --host=a.example"
                        + " --break=node-4 --break=node-3 --interval=200 --zones=2 --nodes=4"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --nodes 1               | --nodes: "1" is not allowed; allowed: a whole number from 2 to 100
            --nodes 101             | --nodes: "101" is not allowed; allowed: a whole number from 2 to 100
            --nodes two             | --nodes: "two" is not allowed; allowed: a whole number from 2 to 100
            --nodes                 | --nodes: "" is not allowed; allowed: a whole number from 2 to 100
            --nodes=                | --nodes: "" is not allowed; allowed: a whole number from 2 to 100
            --nodes --zones         | --nodes: "--zones" is not allowed; allowed: a whole number from 2 to 100
            --nodes 99999999999     | --nodes: "99999999999" is not allowed; allowed: a whole number from 2 to 100
            --zones 0               | --zones: "0" is not allowed; allowed: a whole number from 1 to 26
            --zones 27              | --zones: "27" is not allowed; allowed: a whole number from 1 to 26
            --interval 199          | --interval: "199" is not allowed; allowed: a whole number from 200 to 60000
            --interval 1s           | --interval: "1s" is not allowed; allowed: a whole number from 200 to 60000
            --seconds 0             | --seconds: "0" is not allowed; allowed: a whole number from 1 to 86400
            --break node-7          | --break: "node-7" is not allowed; allowed: node-1 to node-6
            --break 3               | --break: "3" is not allowed; allowed: node-1 to node-6
            --break node-03         | --break: "node-03" is not allowed; allowed: node-1 to node-6
            --break                 | --break: "" is not allowed; allowed: node-1 to node-6
            --break node-3 --nodes 2 | --break: "node-3" is not allowed; allowed: node-1 to node-2
            --loss node-1:node-9=30 | --loss: "node-9" is not allowed; allowed: node-1 to node-6
            --loss node-0:node-1=30 | --loss: "node-0" is not allowed; allowed: node-1 to node-6
            --loss node-1:node-2    | --loss: "node-1:node-2" is not allowed; allowed: A_LOSS
            --loss node-1:node-2=101 | --loss: "node-1:node-2=101" is not allowed; allowed: A_LOSS
            --loss node-1=30        | --loss: "node-1=30" is not allowed; allowed: A_LOSS
            --loss                  | --loss: "" is not allowed; allowed: A_LOSS
            --fault zone-a>zone-d=5% | --fault: "zone-d" is not allowed; allowed: zone-a to zone-c
            --fault zone-a=5%       | --fault: "zone-a=5%" is not allowed; allowed: A_FAULT
            --fault node-2=slow:8s  | --fault: "node-2=slow:8s" is not allowed; allowed: A_FAULT
            --fault node-9=slow:8ms | --fault: "node-9" is not allowed; allowed: node-1 to node-6
            --fault zone-a>zone-b=101% | --fault: "zone-a>zone-b=101%" is not allowed; allowed: A_FAULT
            --node 3                | demo: "--node" is no option; allowed: OPTIONS
            nodes=3                 | demo: "nodes" is no option; allowed: OPTIONS
            --config a              | demo: "--config" is no option; allowed: OPTIONS
            """)
    void invalidOptionsAreRefused(String words, String message) {
        assertEquals(message.replace("OPTIONS", OPTIONS).replace("A_LOSS", A_LOSS).replace("A_FAULT", Fault.ALLOWED),
                assertThrows(BadSettingException.class, () -> parse(words)).getMessage());
    }
}
