/**
 * When tests run, and against whom: the mesh starts and stops loops as the roster changes, a loop runs one test again
 * and again at its own place in the interval.
 */
@NullMarked
package io.kconmon.agent.mesh;

import org.jspecify.annotations.NullMarked;
