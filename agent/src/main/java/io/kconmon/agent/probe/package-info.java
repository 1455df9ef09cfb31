/**
 * What all protocols have in common: how one is described to the program, what a test of it returns, and how its results
 * become series. Each protocol has a package of its own below this one, which no other protocol uses. Depends on
 * {@code shared} alone; knows neither rosters nor loops.
 */
@NullMarked
package io.kconmon.agent.probe;

import org.jspecify.annotations.NullMarked;
