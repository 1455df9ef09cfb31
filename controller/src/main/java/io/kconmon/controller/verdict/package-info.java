/**
 * Finds faults in the reports of all agents, by likelihood, as docs/verdicts.md explains. Pure code: time comes with
 * the reports, nothing here reads a clock or a socket.
 */
@NullMarked
package io.kconmon.controller.verdict;

import org.jspecify.annotations.NullMarked;
