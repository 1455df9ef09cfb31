/** Asks another of kconmon's programs over HTTP. Depends on {@code access}. */
@NullMarked
package io.kconmon.shared.client;

import org.jspecify.annotations.NullMarked;
