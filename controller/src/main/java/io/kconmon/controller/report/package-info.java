/** What agents report of the tests of one closed interval each. Knows no HTTP and no verdicts. */
@NullMarked
package io.kconmon.controller.report;

import org.jspecify.annotations.NullMarked;
