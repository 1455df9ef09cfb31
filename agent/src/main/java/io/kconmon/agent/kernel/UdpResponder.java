package io.kconmon.agent.kernel;

/** Turns a request into its answer. */
public interface UdpResponder {

    /**
     * Writes the answer over the request, in {@link Datagram#payload}.
     *
     * @param request
     *            good during the call only; {@link Datagram#sinceReceived} says how long it has lain here
     * @return the answer's length in bytes; 0 if there is to be none
     */
    int answer(Datagram request);

    /**
     * The answer may have left long after it was written, because the thread was kept from running in between. Its
     * times cannot be relied upon then. Overwrites it with a packet that takes it back.
     *
     * @return its length in bytes; 0 if there is nothing to take back
     */
    default int takeBack(Datagram answer) {
        return 0;
    }
}
