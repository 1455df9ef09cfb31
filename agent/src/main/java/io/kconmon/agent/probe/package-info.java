/**
 * The common part of all protocols: the description of a protocol, the results of its tests, and their series. Each
 * protocol has a package of its own below this one, which no other protocol uses. This package depends on
 * {@code shared} alone, and not on rosters or loops.
 */
@NullMarked
package io.kconmon.agent.probe;

import org.jspecify.annotations.NullMarked;
