/** The agent's own side of the UDP test: what answers the others. */
@NullMarked
package io.kconmon.agent.echo;

import org.jspecify.annotations.NullMarked;
