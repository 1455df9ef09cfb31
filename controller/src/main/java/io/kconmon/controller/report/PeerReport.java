package io.kconmon.controller.report;

import java.util.Optional;

/** The measurements of one destination node; a protocol that was not tested is absent. */
public record PeerReport(String destination, Optional<UdpReport> udp, Optional<TcpReport> tcp) {
}
