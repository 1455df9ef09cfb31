package io.kconmon.charts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What values are taken, and in which words the others are refused. */
class ValuesTest {

    @Test
    void lintFindsNothing() {
        var result = Chart.lint();
        assertFalse(result.isFailed(), () -> String.join("\n", result.getMessages()));
        assertEquals(List.of("[INFO] Chart.yaml: icon is recommended"), result.getMessages());
    }

    @Test
    void valuesAreShort() {
        assertTrue(Chart.read(Chart.HOME.resolve("values.yaml")).lines().count() < 175);
    }

    @Test
    void theChartIsOfThisVersion() throws Exception {
        var chart = Chart.YAML.readTree(Chart.HOME.resolve("Chart.yaml").toFile());
        assertEquals(System.getProperty("project.version"), chart.path("appVersion").asText());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tcp.timeuot=5 | at '/tcp': additional properties 'timeuot' not allowed
            agents.hostNetwork=true | at '': additional properties 'agents' not allowed
            tcp.interval=50 | at '/tcp/interval': minimum: got 50, want 100
            tcp.interval=5s | at '/tcp/interval': got string, want integer
            port=80 | at '/port': minimum: got 80, want 1,024
            port=tcp | at '/port': got string, want integer
            tcp.request-bytes=255 | at '/tcp/request-bytes': minimum: got 255, want 256
            tcp.request-bytes=10001 | at '/tcp/request-bytes': maximum: got 10,001, want 10,000
            udp.flows=0 | at '/udp/flows': minimum: got 0, want 1
            udp.flows=65 | at '/udp/flows': maximum: got 65, want 64
            udp.packets=101 | at '/udp/packets': maximum: got 101, want 100
            drain=-1 | at '/drain': minimum: got -1, want 0
            metricsPrefix=k-conmon | at '/metricsPrefix': 'k-conmon' does not match pattern '^([a-zA-Z_][a-zA-Z0-9_]{0,63})?$'
            dns.servers[0]=kube-dns | at '/dns/servers/0': 'kube-dns' does not match pattern '^[0-9a-fA-F.:%\\\\[\\\\]]+$'
            dns.types[0]=MX | at '/dns/types/0': value must be one of 'A', 'AAAA'
            dns.hosts[0]=a b | at '/dns/hosts/0': 'a b' does not match pattern
            image.digest=abc | at '/image/digest': 'abc' does not match pattern '^(sha256:[0-9a-f]{64})?$'
            image.pullPolicy=always | at '/image/pullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'
            logLevel=verbose | at '/logLevel': 'verbose' does not match pattern '(?i)^(trace
            logLevel=warnings | at '/logLevel': 'warnings' does not match pattern
            logLevel=1 | at '/logLevel': got number, want
            logLevel=true | at '/logLevel'
            nodeAntiAffinity[0].key=airflow | at '/nodeAntiAffinity/0': missing property 'value'
            tcpTweaks.kernel\\.panic=1 | at '': invalid propertyName 'kernel.panic'
            agent.extraArgs[0]=agent | at '/agent/extraArgs/0': 'agent' does not match pattern '^-'
            agent.resources.limit.memory=1Gi | at '/agent/resources': additional properties 'limit' not allowed
            controller.replicas=0 | at '/controller/replicas': minimum: got 0, want 1
            controller.podDisruptionBudget.maxUnavailable=0 | at '/controller/podDisruptionBudget/maxUnavailable': minimum: got 0, want 1
            prometheus.enableServiceMonitor=yes | at '/prometheus/enableServiceMonitor': value must be one of true, false, 'auto'
            prometheus.interval=15 | at '/prometheus/interval': got number, want string
            networkPolicy.metricsFrom[0].namespace=x | at '/networkPolicy/metricsFrom/0': additional properties 'namespace' not allowed
            auth.token=secret | at '/auth': additional properties 'token' not allowed
            auth.existingSecret=My_Token | at '/auth/existingSecret': 'My_Token' does not match pattern
            auth.key=a/b | at '/auth/key': 'a/b' does not match pattern
            tls.existingSecret=true | at '/tls/existingSecret': got boolean, want string
            tls.serverName=https://a.b | at '/tls/serverName': 'https://a.b' does not match pattern
            tls.caSecret=ca | tls.existingSecret: it is empty, so tls.caSecret and tls.serverName are of no use
            tls.serverName=a.b | tls.existingSecret: it is empty, so tls.caSecret and tls.serverName are of no use
            tcp.timeout=6000 | tcp.timeout: 6000 must not be longer than tcp.interval (5000)
            dns.interval=1000 | dns.timeout: 2000 must not be longer than dns.interval (1000)
            dns.servers[0]=10.0.0 | dns.servers: "10.0.0" is not allowed; allowed: addresses, each with or without a port
            dns.servers[0]=10.0.0.256 | dns.servers: "10.0.0.256" is not allowed
            dns.servers[0]=10.0.0.1:65536 | dns.servers: "10.0.0.1:65536" is not allowed
            dns.servers[0]=fd00:1:5353 | dns.servers: "fd00:1:5353" is not allowed
            dns.servers[0]=::1]:53 | dns.servers: "::1]:53" is not allowed
            prometheus.interval=5s | prometheus.scrapeTimeout: 10s must not be longer than prometheus.interval (5s)
            prometheus.scrapeTimeout=15001ms | prometheus.scrapeTimeout: 15001ms must not be longer than prometheus.interval (15s)
            agent.terminationGracePeriodSeconds=7 | agent.terminationGracePeriodSeconds: 7 is not longer than the drain (7500 ms)
            agent.nodeMatchExpressions[0].key=a | at '/agent/nodeMatchExpressions/0': missing property 'operator'
            podSecurityContext.runAsUsr=1 | at '/podSecurityContext': additional properties 'runAsUsr' not allowed
            securityContext.runAsUser=root | at '/securityContext/runAsUser': got string, want null or integer
            prometheus.namespace=My Namespace | at '/prometheus/namespace': 'My Namespace' does not match pattern
            global.imagePullSecrets=mine | at '/global/imagePullSecrets': got string, want null or array
            global.imageRegistry=https://a.b | at '/global/imageRegistry': 'https://a.b' does not match pattern
            agent.resources.limits.memory=80MB | at '/agent/resources/limits/memory': '80MB' does not match pattern
            drainTaints[0]=a b | at '/drainTaints/0': 'a b' does not match pattern
            enabled=false | enabled: it is false, and yet this chart is rendered; allowed: true, or a condition
            agent.updateStrategy.rollingUpdate.maxUnavailable=0 | agent.updateStrategy.rollingUpdate.maxUnavailable: 0 without maxSurge would replace no agent
            agent.serviceAccount.name=net-kconmon-controller | agent.serviceAccount.name: "net-kconmon-controller" would be made twice
            config.port=8080 | config: its keys stand at the top level now: config.tcp.timeout is tcp.timeout (docs/migration.md)
            docker.image=kconmon | docker: docker.image is image.repository, docker.tag is image.tag now (docs/migration.md)
            resources.agent.cpu=70m | resources: resources.agent.cpu is agent.resources.requests.cpu now (docs/migration.md)
            """)
    void refused(String value, String message) {
        assertRefused(message, value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dns.servers[0]=10.0.0.10", "dns.servers[0]=10.0.0.10:65535", "dns.servers[0]=fd00::a",
            "dns.servers[0]=::", "dns.servers[0]=1:2:3:4:5:6:7:8", "dns.servers[0]=[::1]:5353",
            "dns.servers[0]=[::ffff:10.0.0.1]", "dns.servers[0]=fe80::1%0", "prometheus.interval=1m30s",
            "prometheus.scrapeTimeout=15000ms", "prometheus.scrapeTimeout=0m15s"})
    void validValuesAreTaken(String value) {
        assertFalse(Chart.render(value).isEmpty());
    }

    @Test
    void conflictingValuesAreRefused() {
        assertRefused("enableTcpTweaks: with agent.hostNetwork it would change the nodes' own kernel parameters",
                "enableTcpTweaks=true", "agent.hostNetwork=true");
        assertRefused("agent.updateStrategy.rollingUpdate.maxSurge: with agent.hostNetwork two agents would want one",
                "agent.updateStrategy.rollingUpdate.maxSurge=1", "agent.hostNetwork=true");
        assertRefused("agent.updateStrategy.rollingUpdate: maxSurge and maxUnavailable cannot both be more than 0",
                "agent.updateStrategy.rollingUpdate.maxSurge=1", "agent.updateStrategy.rollingUpdate.maxUnavailable=1");
        assertRefused("agent.extraVolumes: \"config\" is not allowed, for it is the chart's own",
                "agent.extraVolumes[0].name=config");
        assertRefused("controller.extraVolumeMounts: \"/etc/kconmon/\" is not allowed, for it is the chart's own",
                "controller.extraVolumeMounts[0].name=a", "controller.extraVolumeMounts[0].mountPath=/etc/kconmon/");
        assertRefused("prometheus.enablePodMonitor: with prometheus.enableServiceMonitor every pod would be scraped",
                "prometheus.enablePodMonitor=true", "prometheus.enableServiceMonitor=true");
    }

    private static void assertRefused(String message, String... values) {
        var refusal = assertThrows(IllegalStateException.class, () -> Chart.render(values));
        String said = String.valueOf(refusal.getMessage());
        assertTrue(said.contains(message), said);
    }
}
