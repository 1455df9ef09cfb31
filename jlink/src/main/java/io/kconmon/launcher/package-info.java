/** The command line: picks the program to run, checks its settings, and stops it gracefully. */
@NullMarked
package io.kconmon.launcher;

import org.jspecify.annotations.NullMarked;
