package io.kconmon.shared;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** A program that the launcher runs. It works from its construction on. */
public interface Program extends AutoCloseable {

    /** Begins to stop: reports that it is not ready and starts nothing new, but goes on answering. */
    void drain();

    /** Stops. */
    @Override
    void close();

    /** Kubernetes gives a pod its own name for a host name. */
    static String hostName() {
        String fromEnvironment = System.getenv("HOSTNAME");
        if (fromEnvironment != null && !fromEnvironment.isBlank()) {
            return fromEnvironment;
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
