package io.kconmon.launcher.demo;

import io.kconmon.shared.config.BadSettingException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A fault of the demo's network. */
sealed interface Fault {

    String ALLOWED = "ZONE>ZONE=PERCENT, such as zone-a>zone-b=5%, or NODE=slow:MILLISECONDS, such as node-2=slow:80ms";

    /** So many percent of the UDP packets that go from one zone to another are lost, requests and replies. */
    record ZoneLoss(String from, String to, double percent) implements Fault {

        @Override
        public String inWords() {
            return "%s > %s loses %s %% of the UDP packets".formatted(from, to,
                    String.valueOf(percent).replaceAll("\\.0$", ""));
        }
    }

    /** What goes to a node and back takes so much longer. */
    record Slow(String node, Duration delay) implements Fault {

        @Override
        public String inWords() {
            return "what goes to %s and back takes %d ms more".formatted(node, delay.toMillis());
        }
    }

    String inWords();

    /** @throws BadSettingException in one line */
    static Fault parse(String value) {
        Matcher loss = Pattern.compile("(zone-[a-z])>(zone-[a-z])=(\\d{1,3}(?:\\.\\d{1,3})?)%?").matcher(value);
        if (loss.matches() && Double.parseDouble(loss.group(3)) <= 100) {
            return new ZoneLoss(loss.group(1), loss.group(2), Double.parseDouble(loss.group(3)));
        }
        Matcher slow = Pattern.compile("(node-\\d+)=slow:(\\d{1,4})ms").matcher(value);
        if (slow.matches()) {
            return new Slow(slow.group(1), Duration.ofMillis(Long.parseLong(slow.group(2))));
        }
        throw new BadSettingException("--fault: \"%s\" is not allowed; allowed: %s".formatted(value, ALLOWED));
    }
}
