/**
 * Who tests whom, from the names and zones of the nodes alone, so that every replica decides alike. Pure: no I/O, no
 * clock of its own.
 */
@NullMarked
package io.kconmon.controller.mesh;

import org.jspecify.annotations.NullMarked;
