/** {@code kconmon demo}: the real programs on loopback addresses, with faults made at the peers, and a live table. */
@NullMarked
package io.kconmon.launcher.demo;

import org.jspecify.annotations.NullMarked;
