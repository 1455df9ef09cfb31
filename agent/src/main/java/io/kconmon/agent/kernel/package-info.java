/**
 * Sockets whose packets the kernel times. A time that a thread takes includes that thread's waits. A stamp that the
 * kernel puts on a packet does not, so a process that gets no CPU for a while still measures the network.
 *
 * <p>
 * On Linux the sockets are the kernel's own, through {@code java.lang.foreign} (source root {@code java22}: that API is
 * final from Java 22 on). Elsewhere, and where the kernel refuses, {@link io.kconmon.agent.kernel.JavaSockets} stands
 * in with Java's sockets and the process's clock. This package depends on no other package of the agent.
 */
@NullMarked
package io.kconmon.agent.kernel;

import org.jspecify.annotations.NullMarked;
