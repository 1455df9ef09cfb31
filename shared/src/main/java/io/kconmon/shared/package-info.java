/** What both programs share; see the packages below. Depends on neither of them. */
@NullMarked
package io.kconmon.shared;

import org.jspecify.annotations.NullMarked;
