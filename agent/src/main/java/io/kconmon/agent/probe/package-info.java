/**
 * The probes: one file a protocol. A probe is a record of its settings, with one blocking method that measures; what
 * comes back is a value, a failure included. Knows no roster, no schedule and no metrics.
 */
@NullMarked
package io.kconmon.agent.probe;

import org.jspecify.annotations.NullMarked;
