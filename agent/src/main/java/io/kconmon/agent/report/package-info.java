/**
 * This agent's report to controllers on its last closed interval. Depends on {@code probe}, {@code mesh} and
 * {@code roster}.
 */
@NullMarked
package io.kconmon.agent.report;

import org.jspecify.annotations.NullMarked;
