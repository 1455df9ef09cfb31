/**
 * Who is in the mesh: agents, the roster of them, and how both travel (JSON for a list, server-sent events for a
 * stream). Knows no Kubernetes and no probes; everything here is immutable except {@link RosterBoard}, where a source
 * posts the current roster and readers wait for the next.
 */
@NullMarked
package io.kconmon.shared.roster;

import org.jspecify.annotations.NullMarked;
