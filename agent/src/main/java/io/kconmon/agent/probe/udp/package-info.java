/** The UDP test: small packets, and the echo that answers them. Depends on {@code probe}. */
@NullMarked
package io.kconmon.agent.probe.udp;

import org.jspecify.annotations.NullMarked;
