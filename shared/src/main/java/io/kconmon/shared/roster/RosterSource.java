package io.kconmon.shared.roster;

/** The source of a controller's roster: Kubernetes, or a file. It posts on its board from {@link #start()} on. */
public interface RosterSource extends AutoCloseable {

    /** Returns at once; later failures are posted on the board. */
    void start();

    @Override
    void close();
}
