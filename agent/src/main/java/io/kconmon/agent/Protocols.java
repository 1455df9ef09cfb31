package io.kconmon.agent;

import io.kconmon.agent.probe.ProbeContext;
import io.kconmon.agent.probe.Protocol;
import io.kconmon.agent.probe.ProtocolType;
import io.kconmon.agent.probe.dns.DnsProtocol;
import io.kconmon.agent.probe.tcp.TcpProtocol;
import io.kconmon.agent.probe.udp.UdpProtocol;
import io.kconmon.shared.config.BadSettingException;
import io.kconmon.shared.config.Setting;
import io.kconmon.shared.config.Settings;
import java.util.ArrayList;
import java.util.List;

/** All protocols, in the order in which they are shown. A new one is added to this list and named nowhere else. */
public final class Protocols {

    public static final List<ProtocolType<?>> ALL = List.of(TcpProtocol.TYPE, UdpProtocol.TYPE, DnsProtocol.TYPE);

    private Protocols() {
    }

    /** The settings of all of them. */
    static List<Setting<?>> settings() {
        return ALL.stream().flatMap(it -> it.settings().stream()).toList();
    }

    /**
     * Starts all of them.
     *
     * @throws BadSettingException
     *             in one line, if one cannot be started; none is left running then
     */
    static List<Protocol<?>> start(Settings settings, ProbeContext context) {
        var started = new ArrayList<Protocol<?>>();
        try {
            ALL.forEach(type -> started.add(type.start(settings, context)));
        } catch (RuntimeException e) {
            started.forEach(Protocol::close);
            throw e;
        }
        return List.copyOf(started);
    }
}
