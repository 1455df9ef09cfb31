/**
 * The mesh as it is now, from what agents report: for {@code /status} as text, as JSON and as a stream, and for metrics.
 * Depends on {@code report} and {@code verdict}.
 */
@NullMarked
package io.kconmon.controller.status;

import org.jspecify.annotations.NullMarked;
