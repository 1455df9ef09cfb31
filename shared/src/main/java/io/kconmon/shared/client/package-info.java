/** Asks another of kconmon's programs over HTTP. Depends on {@code http} and {@code tls}. */
@NullMarked
package io.kconmon.shared.client;

import org.jspecify.annotations.NullMarked;
