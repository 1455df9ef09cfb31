/** The agent's side of the roster: the controller pushes it, or the agent polls a controller that cannot push. */
@NullMarked
package io.kconmon.agent.roster;

import org.jspecify.annotations.NullMarked;
