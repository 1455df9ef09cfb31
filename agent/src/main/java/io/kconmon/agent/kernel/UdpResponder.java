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
}
