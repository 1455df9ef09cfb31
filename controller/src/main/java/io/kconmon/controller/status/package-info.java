/**
 * The current state of the mesh, from agents' reports: for {@code /status} as text, as JSON and as a stream, and for
 * metrics. Depends on {@code report} and {@code verdict}.
 */
@NullMarked
package io.kconmon.controller.status;

import org.jspecify.annotations.NullMarked;
