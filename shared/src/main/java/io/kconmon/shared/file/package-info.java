/** Files that others may replace at any time. Depends on nothing of ours. */
@NullMarked
package io.kconmon.shared.file;

import org.jspecify.annotations.NullMarked;
