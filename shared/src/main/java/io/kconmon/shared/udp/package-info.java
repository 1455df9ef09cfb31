/** The UDP test's packet, as agents send it to each other and as agents of the first kconmon do. */
@NullMarked
package io.kconmon.shared.udp;

import org.jspecify.annotations.NullMarked;
