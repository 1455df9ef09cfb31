package io.kconmon.agent.probe.dns;

import io.helidon.json.JsonObject;
import io.kconmon.agent.probe.HostProtocol;
import io.kconmon.agent.probe.Outcome;
import io.kconmon.agent.probe.Probe;
import io.kconmon.agent.probe.ProtocolType;
import io.kconmon.agent.probe.ResultJson;
import io.kconmon.agent.probe.Series;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;

/** The DNS test of every configured host. */
public final class DnsProtocol implements HostProtocol<Outcome<Duration>> {

    public static final ProtocolType<DnsSettings> TYPE = new ProtocolType<>("dns", DnsSettings.TIMING,
            List.of(DnsSettings.HOSTS, DnsSettings.SERVERS), DnsSettings::new,
            (settings, context) -> new DnsProtocol(settings, context.address()));

    private final DnsSettings settings;
    private final InetAddress source;

    public DnsProtocol(DnsSettings settings, InetAddress source) {
        this.settings = settings;
        this.source = source;
    }

    @Override
    public String name() {
        return TYPE.name();
    }

    @Override
    public Duration interval() {
        return settings.interval();
    }

    @Override
    public List<String> hosts() {
        return settings.hosts();
    }

    @Override
    public Probe<Outcome<Duration>> of(String host) {
        return new DnsProbe(settings.timeout(), settings.servers(), source, host);
    }

    @Override
    public Series<Outcome<Duration>> series(String host) {
        return new DnsSeries(host);
    }

    @Override
    public JsonObject.Builder describe(JsonObject.Builder json, Outcome<Duration> outcome) {
        ResultJson.result(json, outcome);
        outcome.success().ifPresent(took -> json.set("durationMillis", ResultJson.millis(took)));
        return ResultJson.failure(json, outcome);
    }
}
