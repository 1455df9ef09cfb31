/**
 * Whose fault it is: from what all agents report, by likelihood, as docs/verdicts.md tells. Pure code: time comes with
 * the reports, nothing here reads a clock or a socket.
 */
@NullMarked
package io.kconmon.controller.verdict;

import org.jspecify.annotations.NullMarked;
