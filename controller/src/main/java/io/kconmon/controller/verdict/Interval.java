package io.kconmon.controller.verdict;

/** What was measured in one closed interval. Times are in seconds since 1970-01-01. */
interface Interval {

    double start();

    double end();
}
