/** The TCP test: an HTTP request on a new connection, and the route that answers it. Depends on {@code probe}. */
@NullMarked
package io.kconmon.agent.probe.tcp;

import org.jspecify.annotations.NullMarked;
