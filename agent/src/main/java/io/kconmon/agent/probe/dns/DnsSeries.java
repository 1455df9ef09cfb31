package io.kconmon.agent.probe.dns;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.DurationHistogram;
import io.kconmon.agent.probe.FailureLog;
import io.kconmon.agent.probe.MetricFamilies;
import io.kconmon.agent.probe.ResultCounts;
import io.kconmon.agent.probe.Series;
import io.prometheus.metrics.model.snapshots.Labels;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The DNS test's series: a gauge, a histogram, the result counters, and the counters of each name server that may be asked. */
public final class DnsSeries implements Series<DnsResult> {

    /** @param servers by their labels; only the servers of the last test, because servers come and go */
    private record State(ResultCounts counts, Optional<Duration> last, Map<String, ResultCounts> servers) {
    }

    private final FailureLog failures;
    private final DurationHistogram durations = new DurationHistogram();
    private volatile State state = new State(ResultCounts.NONE, Optional.empty(), Map.of());

    public DnsSeries(String host) {
        this.failures = new FailureLog("dns", host);
    }

    @Override
    public void record(DnsResult result) {
        var servers = new LinkedHashMap<String, ResultCounts>();
        for (InetSocketAddress server : result.servers()) {
            String label = DnsServerResult.label(server);
            servers.put(label, state.servers.getOrDefault(label, ResultCounts.NONE));
        }
        result.asked().forEach(one -> servers.computeIfPresent(one.label(), (label, was) -> was.plus(one.cause())));
        state = new State(state.counts.plus(result.cause()), result.outcome().success(), servers);
        result.outcome().success().ifPresent(durations::add);
        failures.record(result.cause(), () -> List.of("detail", result.detail()));
    }

    @Override
    public void recordBug() {
        state = new State(state.counts.plus(Optional.of(Cause.LOCAL)), Optional.empty(), state.servers);
        failures.record(Optional.of(Cause.LOCAL));
    }

    @Override
    public void clearGauges() {
        state = new State(state.counts, Optional.empty(), state.servers);
    }

    @Override
    public void write(Labels ends, MetricFamilies families) {
        State now = state;
        now.last.ifPresent(took -> families.gauge("dns_duration_milliseconds", "Time of the DNS lookup", ends,
                took.toNanos() / 1e6));
        durations.write("dns_seconds", "Times of DNS lookups that passed", ends, families);
        now.counts.write("", "dns", ends, families);
        now.servers.forEach((server, counts) -> counts.writeResults("dns_server_results",
                "Questions to a name server by result", ends.add("server", server), families));
    }

    @Override
    public void writeRare(Labels ends, MetricFamilies families) {
        state.counts.writeFailures("", "dns", ends, families);
    }
}
