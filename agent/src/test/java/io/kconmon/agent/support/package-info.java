/** Other ends for the agent's tests, real sockets on loopback, and protocols by script. */
@NullMarked
package io.kconmon.agent.support;

import org.jspecify.annotations.NullMarked;
