package io.kconmon.shared.roster;

/** Where a controller's roster comes from: Kubernetes, or a file. Posts on its board from {@link #start()} on. */
public interface RosterSource extends AutoCloseable {

    /** Returns at once; what fails later is said on the board. */
    void start();

    @Override
    void close();
}
