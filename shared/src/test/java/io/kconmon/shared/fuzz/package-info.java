/** Every parser of foreign input, fed with malformed input. */
@NullMarked
package io.kconmon.shared.fuzz;

import org.jspecify.annotations.NullMarked;
