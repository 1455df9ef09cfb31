package io.kconmon.agent.probe;

import java.util.List;

/** A protocol that is tested against the hosts of its setting {@code NAME.hosts}. */
public non-sealed interface HostProtocol<R extends Result> extends Protocol<R> {

    /** The hosts to test. */
    List<String> hosts();

    /** Makes a probe of one host. */
    Probe<R> of(String host);
}
