/** What this agent suffers itself, told apart from what the network does: knows neither tests nor peers. */
@NullMarked
package io.kconmon.agent.strain;

import org.jspecify.annotations.NullMarked;
