package io.kconmon.launcher;

import static io.kconmon.launcher.Processes.await;
import static io.kconmon.launcher.Processes.get;

import io.kconmon.testkit.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Three agents with small heaps on loopback addresses: a victim, a control beside it, and a peer that both test. */
final class Trio implements AutoCloseable {

    private final Path folder;
    private final int udpTimeoutMillis;
    private final int port;
    private final String controller;
    private final String victim;
    private final String control;
    private final String peer;
    private final Processes processes = new Processes();

    /** @param network the first three numbers of the addresses, this mesh's own */
    Trio(Path folder, String network, int udpTimeoutMillis) throws IOException {
        this.folder = folder;
        this.udpTimeoutMillis = udpTimeoutMillis;
        controller = network + ".250";
        victim = network + ".1";
        control = network + ".2";
        peer = network + ".3";
        port = Ports.free(InetAddress.getByName(victim));
        Path roster = writeRoster(victim, control, peer);
        processes.start(folder.resolve("controller.log"), "controller", "-Dkconmon.roster=static",
                "-Dkconmon.roster-file=" + roster, "-Dkconmon.bind-address=" + controller, "-Dkconmon.port=" + port);
        agent(control);
        agent(peer);
        try {
            testsItsPeer(control);
        } catch (AssertionError e) {
            close(); // nobody else has it yet
            throw e;
        }
    }

    /** Adds another peer to the three. */
    void add(String ip) throws IOException {
        writeRoster(victim, control, peer, ip);
    }

    /** Replaced as a whole, for it is read whenever it changes. */
    private Path writeRoster(String... ips) throws IOException {
        String yaml = Stream.of(ips).map(ip -> "- {name: %s, nodeName: %s, ip: %s}%n".formatted(ip, ip, ip))
                .collect(Collectors.joining());
        Path next = Files.writeString(folder.resolve("roster.next"), yaml);
        return Files.move(next, folder.resolve("roster.yaml"), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Starts it, under a command that runs it, and waits until it has tested its peer. */
    Process startVictim(String... under) throws IOException {
        Process process = agent(victim, under);
        testsItsPeer(victim);
        return process;
    }

    private Process agent(String ip, String... under) throws IOException {
        return processes.startWith(List.of(under), "-Xmx16m", log(ip), "agent", "-Dkconmon.bind-address=" + ip,
                "-Dkconmon.port=" + port, "-Dkconmon.controller-url=http://%s:%d".formatted(controller, port),
                "-Dkconmon.pod-name=" + ip, "-Dkconmon.tcp.interval=1000", "-Dkconmon.udp.interval=2000",
                "-Dkconmon.udp.timeout=" + udpTimeoutMillis, "-Dkconmon.dns.hosts=");
    }

    private void testsItsPeer(String ip) {
        processes.awaitAll(ip + " tests its peer", () -> tests(ip, "result=pass") >= 2);
    }

    String victim() {
        return victim;
    }

    String control() {
        return control;
    }

    String peer() {
        return peer;
    }

    int port() {
        return port;
    }

    Path log(String ip) {
        return folder.resolve(ip + ".log");
    }

    /** Two rounds more over either. */
    void awaitMorePasses(String ip) {
        double more = tests(ip, "result=pass") + 2;
        await(ip + " goes on to test", () -> tests(ip, "result=pass") >= more);
    }

    /** Of the peer: rounds that passed over both, or that failed over either. */
    double tests(String ip, String result) {
        return tests(ip, peer, result);
    }

    double tests(String ip, String destination, String result) {
        Page page = page(ip);
        double udp = page.sum("kconmon_udp_results_total", "destination=" + destination, result);
        double tcp = page.sum("kconmon_tcp_results_total", "destination=" + destination, result);
        return result.equals("result=pass") ? Math.min(udp, tcp) : udp + tcp;
    }

    /** Of the victim's answer; 0 if there is none. */
    int status(String path) {
        try {
            return get("http://%s:%d%s".formatted(victim, port, path)).status();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Empty while there is none. */
    Page page(String ip) {
        try {
            return Page.of("http://%s:%d".formatted(ip, port));
        } catch (IOException e) {
            return new Page("");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        processes.close();
    }
}
