/** The HTTP server of both programs: Helidon's, with bounds on what clients may cost. */
@NullMarked
package io.kconmon.shared.http;

import org.jspecify.annotations.NullMarked;
