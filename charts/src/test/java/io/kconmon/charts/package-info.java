/** Tests of the chart as Helm renders it, of its alerts, its dashboards and the documents beside it. */
@NullMarked
package io.kconmon.charts;

import org.jspecify.annotations.NullMarked;
