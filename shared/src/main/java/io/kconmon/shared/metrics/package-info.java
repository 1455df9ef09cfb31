/**
 * The metrics page: families that are written from state at the scrape, and Helidon Metrics' meters for the program
 * itself, in Prometheus' text format or OpenMetrics.
 */
@NullMarked
package io.kconmon.shared.metrics;

import org.jspecify.annotations.NullMarked;
