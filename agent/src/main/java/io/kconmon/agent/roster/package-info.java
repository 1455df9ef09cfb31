/** The agent's side of the roster: it is pushed by the controller, or polled from one that cannot push. */
@NullMarked
package io.kconmon.agent.roster;

import org.jspecify.annotations.NullMarked;
