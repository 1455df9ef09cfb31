package io.kconmon.agent.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records the calls of a socket's listener. */
final class Recorder implements UdpListener {

    /** One packet, as it was. */
    record Received(java.net.InetSocketAddress source, List<Byte> payload, int length, long at, boolean stamped) {
    }

    final Map<Integer, Long> transmitted = new LinkedHashMap<>();
    final List<Received> received = new ArrayList<>();
    final List<IcmpError> errors = new ArrayList<>();

    @Override
    public void transmitted(int number, long nanos) {
        transmitted.put(number, nanos);
    }

    @Override
    public void received(Datagram datagram) {
        byte[] bytes = Arrays.copyOf(datagram.payload(), Math.min(datagram.length(), Datagram.CAPACITY));
        var payload = new ArrayList<Byte>();
        for (byte it : bytes) {
            payload.add(it);
        }
        received.add(new Received(datagram.source(), payload, datagram.length(), datagram.receivedAt(),
                datagram.isStamped()));
    }

    @Override
    public void undeliverable(IcmpError error) {
        errors.add(error);
    }

    @Override
    public boolean waitsForReplies() {
        return true;
    }

    @Override
    public boolean waitsForStamps() {
        return true;
    }
}
