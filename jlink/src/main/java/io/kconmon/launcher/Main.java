package io.kconmon.launcher;

import io.kconmon.agent.AgentProgram;
import io.kconmon.controller.ControllerProgram;
import io.kconmon.launcher.demo.Demo;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.log.Log;
import io.kconmon.shared.metrics.BuildInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@code kconmon COMMAND}. Exit status 0 after a stop, 1 after a user's mistake, which is reported in one line. */
public final class Main {

    private static final String USAGE = """
            kconmon measures connectivity between the nodes of a cluster, all the time.

            usage: kconmon COMMAND [OPTION...]

              agent        test every other agent and DNS; serve /metrics
              controller   tell the agents who is there
              status       what a controller says of the mesh: status [URL], http://127.0.0.1:8080 if none is given
                             --watch: until Ctrl-C   --token-file FILE   --tls-ca FILE
                             exit status 0: all is well, 1: a verdict, 2: not known
              demo         a controller and agents on this machine, with a page and a live table
                             --nodes N (6)  --zones N (3)  --interval MILLISECONDS (1000)  --seconds N (until Ctrl-C)
                             --break NODE: node-3 answers nobody
                             --loss FROM:TO=PERCENT: node-1:node-4=30 loses 30 % of node-1's packets to node-4
                             --fault 'zone-a>zone-b=5%': what goes from zone to zone loses 5 %
                             --fault node-2=slow:80ms: what goes to node-2 and back takes 80 ms more
              config       print every setting, its value and where that came from
              check        wait until each URL answers 200: check --within=SECONDS (60) URL...
                             --tls-ca=FILE: who has signed for the https URLs after it
                             --token-file=FILE: the token that the URLs after it are shown
              verdict      whose fault it was: verdict --replay FILE reads reports, prints verdicts; see verdict --help
                             --record URL: what a controller has seen, for --replay
              sysctl       set kernel parameters of this network namespace: sysctl net.ipv4.tcp_fin_timeout=15

            options of agent, controller and config:
              --config FILE        settings in YAML; /etc/kconmon/kconmon.yaml if it exists
              -Dkconmon.KEY=VALUE  a setting; stronger than the environment (KCONMON_KEY), stronger than the file

              --help, --version
            """;

    private Main() {
    }

    public static void main(String[] arguments) {
        List<String> words = Arrays.asList(arguments);
        String command = words.isEmpty() ? "--help" : words.getFirst();
        Optional<String> shortage = Resources.shortage(command);
        if (shortage.isPresent()) {
            LastWords.say(shortage.get());
            System.exit(1);
        }
        Log.untilTheEnd();
        preferWhatTheHostPrefers();
        try {
            run(command, words.isEmpty() ? words : words.subList(1, words.size()));
        } catch (BadSettingException | IOException | IllegalStateException e) {
            end(line(e), command.equals("status") ? StatusCommand.UNKNOWN : 1);
        } catch (OutOfMemoryError e) { // no thread can be started, too
            end("out of memory or threads: " + line(e), 1);
        } catch (RuntimeException | Error e) {
            var trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            end("a bug: " + trace, 1);
        }
    }

    /** Also where threads run already: a process that could not start and lives on would answer nobody. */
    private static void end(String why, int status) {
        Log.flush();
        LastWords.say(why);
        System.exit(status);
    }

    /** Addresses of a name come in the resolver's order (RFC 6724); by Java's default IPv4 comes first. Read once. */
    private static void preferWhatTheHostPrefers() {
        String families = "java.net.preferIPv6Addresses";
        System.setProperty(families, System.getProperty(families, "system"));
    }

    private static void run(String command, List<String> options) throws IOException {
        if (!command.equals("verdict") && (options.contains("--help") || options.contains("-h"))) {
            System.out.print(USAGE);
            return;
        }
        switch (command) {
            case "agent" -> Running.until(AgentProgram::new, Options.settings(options));
            case "controller" -> Running.until(ControllerProgram::new, Options.settings(options));
            case "status" -> System.exit(StatusCommand.run(options, System.out, System.err,
                    Boolean.getBoolean(Demo.TERMINAL)));
            case "demo" -> Demo.run(options);
            case "config" -> Options.settings(options).describe().forEach(System.out::println);
            case "check" -> Check.run(options);
            case "verdict" -> VerdictCommand.run(options);
            case "sysctl" -> Sysctl.run(options);
            case "--help", "-h", "help" -> System.out.print(USAGE);
            case "--version" -> System.out.println("kconmon " + BuildInfo.version());
            default -> throw new BadSettingException(
                    "\"%s\" is no command; allowed: agent, controller, status, demo, config, check, verdict, sysctl, --help, --version"
                            .formatted(command));
        }
    }

    private static String line(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(e.getClass().getSimpleName());
    }
}
