/**
 * Sockets whose packets the kernel times. A time that a thread takes has that thread's waits in it; a stamp that the
 * kernel puts on a packet has not, so a process that gets no CPU for a while still measures the network.
 *
 * <p>
 * On Linux the sockets are the kernel's own, through {@code java.lang.foreign} (source root {@code java22}: that API is
 * final from Java 22 on). Elsewhere, and where the kernel refuses, {@link io.kconmon.agent.kernel.JavaSockets} stands in
 * with Java's sockets and the process's clock. Knows no probes: depends on nothing of the agent's.
 */
@NullMarked
package io.kconmon.agent.kernel;

import org.jspecify.annotations.NullMarked;
