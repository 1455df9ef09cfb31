package io.kconmon.agent.probe.tcp;

import java.time.Duration;

/**
 * How long a request took.
 *
 * @param connect
 *            until the connection was established
 * @param total
 *            until the last byte of the answer, connecting included
 */
public record TcpTiming(Duration connect, Duration total) {
}
