/** JSON log lines on standard output, through the JDK's logging, which Helidon and dnsjava end up in as well. */
@NullMarked
package io.kconmon.shared.log;

import org.jspecify.annotations.NullMarked;
