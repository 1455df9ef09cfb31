package io.kconmon.agent.probe.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.support.Loopback;
import io.kconmon.testkit.Eventually;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Type;

/** The answers of real name servers: BIND and Unbound, where they are installed. */
class RealNameServersTest {

    private static final Path NAMED = Path.of("/usr/sbin/named");
    private static final Path UNBOUND = Path.of("/usr/sbin/unbound");

    private static final Sockets SOCKETS = Sockets.open();
    private static final List<Process> CHILDREN = new ArrayList<>();
    private static InetSocketAddress named = new InetSocketAddress(0);
    private static InetSocketAddress unbound = new InetSocketAddress(0);

    @TempDir
    static Path directory;

    @BeforeAll
    static void start() throws IOException {
        for (Path program : List.of(NAMED, UNBOUND)) {
            if (!Files.isExecutable(program)) {
                Assumptions.abort(program + " is not installed");
            }
        }
        named = startNamed();
        unbound = startUnbound();
        awaitAnswer("named", named);
        awaitAnswer("unbound", unbound);
    }

    private static void awaitAnswer(String name, InetSocketAddress server) throws IOException {
        try {
            Eventually.eventually(name + " answers", () -> causeFrom(server, "www.kconmon.test").isEmpty());
        } catch (AssertionError e) {
            throw new AssertionError(Files.readString(directory.resolve(name + ".log")), e);
        }
    }

    @AfterAll
    static void stop() throws InterruptedException {
        SOCKETS.close();
        CHILDREN.forEach(Process::destroy);
        for (Process child : CHILDREN) {
            if (!child.waitFor(10, TimeUnit.SECONDS)) {
                child.destroyForcibly();
            }
        }
    }

    private static InetSocketAddress startNamed() throws IOException {
        InetSocketAddress address = freePort();
        Files.writeString(directory.resolve("named.conf"), """
                options {
                  directory "%1$s";
                  listen-on port %2$d { %3$s; };
                  listen-on-v6 { none; };
                  pid-file none;
                  session-keyfile none;
                  managed-keys-directory "%1$s";
                  recursion no;
                  dnssec-validation no;
                  max-udp-size 512;
                };
                controls { };
                zone "kconmon.test" { type primary; file "kconmon.test.zone"; };
                zone "broken.test" { type primary; file "there-is-no-such-file"; };
                """.formatted(directory, address.getPort(), address.getHostString()));
        Files.writeString(directory.resolve("kconmon.test.zone"), """
                $TTL 60
                @ SOA ns hostmaster 1 3600 600 86400 60
                @ NS ns
                ns A 192.0.2.53
                www A 192.0.2.80
                alias CNAME www
                text TXT "and no address"
                """ + IntStream.rangeClosed(1, 100).mapToObj("many A 192.0.2.%d\n"::formatted)
                .collect(Collectors.joining()));
        run("named", NAMED.toString(), "-g", "-n", "1", "-c", directory.resolve("named.conf").toString());
        return address;
    }

    private static InetSocketAddress startUnbound() throws IOException {
        InetSocketAddress address = freePort();
        Files.writeString(directory.resolve("unbound.conf"), """
                server:
                  directory: "%s"
                  interface: %s
                  port: %d
                  chroot: ""
                  username: ""
                  pidfile: ""
                  use-syslog: no
                  do-daemonize: no
                  local-zone: "kconmon.test." static
                  local-data: "www.kconmon.test. A 192.0.2.80"
                  local-zone: "silent.test." deny
                  local-zone: "refused.test." refuse
                remote-control:
                  control-enable: no
                """.formatted(directory, address.getHostString(), address.getPort()));
        run("unbound", UNBOUND.toString(), "-d", "-c", directory.resolve("unbound.conf").toString());
        return address;
    }

    private static void run(String name, String... command) throws IOException {
        CHILDREN.add(new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile()).start());
    }

    /** On the address that an interface has: named listens on no other. */
    private static InetSocketAddress freePort() throws IOException {
        while (true) {
            try (var udp = new DatagramSocket(new InetSocketAddress(Loopback.ONE, 0));
                    var tcp = new ServerSocket(udp.getLocalPort(), 1, Loopback.ONE)) {
                return (InetSocketAddress) tcp.getLocalSocketAddress();
            } catch (BindException e) {
                // free for UDP alone: another one
            }
        }
    }

    private static Outcome<Duration> ask(InetSocketAddress server, Duration timeout, String host) {
        try {
            return ask(timeout, host, server);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static Outcome<Duration> ask(Duration timeout, String host, InetSocketAddress... servers)
            throws InterruptedException {
        return new DnsProbe(SOCKETS, timeout, () -> List.of(servers), List.of(Type.A), Loopback.ONE, host).run()
                .outcome();
    }

    private static Optional<Cause> causeFrom(InetSocketAddress server, String host) {
        return ask(server, Duration.ofSeconds(20), host).cause();
    }

    @ParameterizedTest
    @CsvSource({"www.kconmon.test,", "alias.kconmon.test,", "none.kconmon.test, NXDOMAIN", "text.kconmon.test, NODATA",
            "www.broken.test, SERVFAIL", "www.google.com, REFUSED"})
    void namedsReplies(String host, Cause cause) {
        assertEquals(Optional.ofNullable(cause), causeFrom(named, host));
    }

    @ParameterizedTest
    @CsvSource({"www.kconmon.test,", "none.kconmon.test, NXDOMAIN", "www.refused.test, REFUSED"})
    void unboundsReplies(String host, Cause cause) {
        assertEquals(Optional.ofNullable(cause), causeFrom(unbound, host));
    }

    /** 100 addresses do not fit into the 512 bytes that this named sends over UDP. */
    @Test
    void aLargeAnswerComesOverTcp() {
        assertEquals(Optional.empty(), causeFrom(named, "many.kconmon.test"));
    }

    @Test
    void aZoneThatUnboundDropsIsATimeout() {
        assertEquals(Optional.of(Cause.TIMEOUT),
                ask(unbound, Duration.ofMillis(300), "www.silent.test").cause());
    }

    @Test
    void theOtherServerIsAskedWhenTheFirstIsSilent() throws InterruptedException {
        assertEquals(Optional.of(Cause.REFUSED), askBoth("www.silent.test").cause());
        assertTrue(askBoth("www.kconmon.test").success().isPresent());
    }

    private static Outcome<Duration> askBoth(String host) throws InterruptedException {
        return ask(Duration.ofSeconds(1), host, unbound, named);
    }
}
