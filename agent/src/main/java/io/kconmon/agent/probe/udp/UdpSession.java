package io.kconmon.agent.probe.udp;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One peer's state from round to round. A test on demand uses the same flows as the periodic test, so both share the
 * session and take turns.
 */
final class UdpSession {

    /** Rounds without any answer after which none is expected soon. */
    private static final int SILENT_ROUNDS = 2;

    final InetSocketAddress peer;
    final ReentrantLock turn = new ReentrantLock();
    final FlowDifference difference;
    private final List<LossDirections.Of> directions = new ArrayList<>();
    /** The last round's packets, for replies that come even later. */
    List<Packet> previous = List.of();
    int nextFlow;
    int silentRounds;
    int users;

    UdpSession(InetSocketAddress peer, int flows) {
        this.peer = peer;
        this.difference = new FlowDifference(flows);
        for (int i = 0; i < flows; i++) {
            directions.add(new LossDirections.Of());
        }
    }

    /** The flow of the next packet: all of them in turn. */
    int nextFlow() {
        int flow = nextFlow;
        nextFlow = (flow + 1) % directions.size();
        return flow;
    }

    /** Whether each flow has been tried in the rounds that nobody has answered. */
    boolean isSilentOnAllFlows(int packetsARound) {
        return silentRounds * packetsARound >= directions.size();
    }

    void sent(Packet packet) {
        packet.ordinal = directions.get(packet.flow).send();
    }

    /** Takes note of a round that has ended, and returns the losses whose direction is known by now. */
    LossDirections ended(List<Packet> round) {
        LossDirections known = LossDirections.NONE;
        silentRounds++;
        for (Packet packet : round) {
            difference.add(packet.flow, !packet.isAnswered());
            if (packet.isAnswered()) {
                silentRounds = 0;
                known = known.plus(directions.get(packet.flow).answered(packet));
            } else {
                directions.get(packet.flow).lost();
            }
        }
        boolean differs = difference.differs();
        for (LossDirections.Of flow : directions) {
            known = known.plus(flow.roundEnds(silentRounds >= SILENT_ROUNDS, differs));
        }
        if (round.size() % directions.size() == 0) {
            nextFlow(); // or each flow would always have the same place in the round, and the first packet's fate
        }
        return known;
    }
}
