/**
 * When tests run, and against whom. The mesh starts and stops a loop for each peer and protocol as the roster changes, and
 * a loop runs one probe again and again at its own place in the interval. Depends on {@code probe}, and knows no single
 * protocol.
 */
@NullMarked
package io.kconmon.agent.mesh;

import org.jspecify.annotations.NullMarked;
