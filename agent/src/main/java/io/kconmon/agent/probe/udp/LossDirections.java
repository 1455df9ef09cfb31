package io.kconmon.agent.probe.udp;

import java.util.List;

/**
 * How many packets were lost, by where.
 *
 * @param there
 *            on the way to the peer: requests that it has not seen
 * @param back
 *            on the way from it: requests that it has seen, and whose replies have not come
 * @param unknown
 *            nobody has said
 */
record LossDirections(long there, long back, long unknown) {

    static final LossDirections NONE = new LossDirections(0, 0, 0);

    LossDirections plus(LossDirections more) {
        return new LossDirections(there + more.there, back + more.back, unknown + more.unknown);
    }

    /** One flow to one peer: what the peer's count of requests says about those that were not answered. */
    static final class Of {

        /** About a minute at the default interval. */
        private static final int PATIENCE_ROUNDS = 12;

        private int sent;
        /** The last request that was answered, and how many the peer had seen by then. */
        private int baseOrdinal;
        private int baseSeen;
        /** A flow begins with none sent and none seen; what the peer has seen of those given up is not known. */
        private boolean baseIsKnown = true;
        /** Lost, and where is not known yet. */
        private int undecided;
        private int silentRounds;

        /** The ordinal of a request that has been sent now. */
        int send() {
            return ++sent;
        }

        /**
         * Decides what can be decided after a round. Requests of one flow take one way, so one that the peer saw later was
         * sent later.
         *
         * @param round
         *            the flow's packets in it, in their order
         * @param peerIsSilent
         *            whether no flow to this peer has been answered for a while, so that nothing will be learnt soon
         */
        LossDirections after(List<Packet> round, boolean peerIsSilent) {
            Packet last = round.stream().filter(Packet::isAnswered).reduce((first, second) -> second).orElse(null);
            int lostAfter = (int) round.stream()
                    .filter(it -> !it.isAnswered() && (last == null || it.ordinal > last.ordinal)).count();
            int lost = undecided + (int) round.stream().filter(it -> !it.isAnswered()).count() - lostAfter;
            if (last == null) {
                undecided += lostAfter;
                silentRounds++;
                return peerIsSilent || silentRounds >= PATIENCE_ROUNDS ? giveUp() : NONE;
            }
            int requests = last.ordinal - baseOrdinal;
            int seen = last.seen() - baseSeen;
            boolean isKnown = baseIsKnown && last.seen() != 0 && seen >= 0 && seen <= requests
                    && requests - seen <= lost;
            baseIsKnown = last.seen() != 0;
            baseOrdinal = last.ordinal;
            baseSeen = last.seen();
            undecided = lostAfter;
            silentRounds = 0;
            return isKnown
                    ? new LossDirections(requests - seen, lost - (requests - seen), 0)
                    : new LossDirections(0, 0, lost);
        }

        private LossDirections giveUp() {
            var given = new LossDirections(0, 0, undecided);
            baseIsKnown &= undecided == 0;
            undecided = 0;
            return given;
        }
    }
}
