/**
 * The members of the mesh: agents, their roster, and the format of both (JSON for a list, server-sent events for a
 * stream). This package does not depend on Kubernetes or on probes. Everything here is immutable except
 * {@link RosterBoard}, where a source posts the current roster and readers wait for the next.
 */
@NullMarked
package io.kconmon.shared.roster;

import org.jspecify.annotations.NullMarked;
