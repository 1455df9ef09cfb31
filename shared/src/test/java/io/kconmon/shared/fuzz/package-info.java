/** Every parser of what comes from elsewhere, fed with what nobody would write. */
@NullMarked
package io.kconmon.shared.fuzz;

import org.jspecify.annotations.NullMarked;
