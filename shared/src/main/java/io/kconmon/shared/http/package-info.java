/** The HTTP server that both programs run: Helidon's, with nothing in it that was not asked for. */
@NullMarked
package io.kconmon.shared.http;

import org.jspecify.annotations.NullMarked;
