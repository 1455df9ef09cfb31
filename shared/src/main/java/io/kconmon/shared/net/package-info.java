/** Addresses and names of hosts, as they are written. */
@NullMarked
package io.kconmon.shared.net;

import org.jspecify.annotations.NullMarked;
