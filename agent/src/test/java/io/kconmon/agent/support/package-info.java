/** What the tests wait with, and the other ends that they speak to: real sockets on loopback. */
@NullMarked
package io.kconmon.agent.support;

import org.jspecify.annotations.NullMarked;
