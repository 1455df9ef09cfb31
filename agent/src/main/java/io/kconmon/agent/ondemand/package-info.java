/**
 * Tests on demand, over HTTP, for a person at a terminal. Nothing of them is in the metrics. Depends on {@code probe},
 * {@code mesh} and {@code roster}, and knows no single protocol.
 */
@NullMarked
package io.kconmon.agent.ondemand;

import org.jspecify.annotations.NullMarked;
