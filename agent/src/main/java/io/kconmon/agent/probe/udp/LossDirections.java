package io.kconmon.agent.probe.udp;

/**
 * The numbers of lost packets, by direction.
 *
 * @param there
 *            on the way to the peer: requests that it has not seen
 * @param back
 *            on the way back: requests that it has seen, and whose replies have not come
 * @param unknown
 *            not known
 */
record LossDirections(long there, long back, long unknown) {

    static final LossDirections NONE = new LossDirections(0, 0, 0);

    LossDirections plus(LossDirections more) {
        return more.equals(NONE)
                ? this
                : new LossDirections(there + more.there, back + more.back, unknown + more.unknown);
    }

    /** Tells for one flow to one peer where unanswered requests were lost, by the peer's count of requests. */
    static final class Of {

        /** About a minute at the default interval. */
        private static final int PATIENCE_ROUNDS = 12;
        /** Where flows differ, a silent flow is likely dead, and the direction of its losses will never be known. */
        private static final int PATIENCE_WHERE_FLOWS_DIFFER = 4;

        private int sent;
        /** The last request that was answered, and how many the peer had seen by then. */
        private int baseOrdinal;
        private int baseSeen;
        /**
         * A flow begins with no packet sent and none seen. It is unknown how many of the given-up packets the peer has
         * seen.
         */
        private boolean baseIsKnown = true;
        /** Packets lost since then, in a direction that is not known yet. */
        private int undecided;
        private int silentRounds;
        /** Whether a packet of it was lost in this round, and none answered after it. */
        private boolean used;

        /** The ordinal of a request that has been sent now. */
        int send() {
            return ++sent;
        }

        /** Takes note of a request that was not answered; they are passed in their order. */
        void lost() {
            undecided++;
            used = true;
        }

        /**
         * Decides by an answer where those before it were lost. Requests of one flow take one way, so the peer has seen them
         * in their order.
         */
        LossDirections answered(Packet packet) {
            int requests = packet.ordinal - baseOrdinal;
            int seen = packet.seen() - baseSeen;
            int there = requests - seen;
            boolean isKnown = baseIsKnown && packet.seen() != 0 && there >= 0 && there <= undecided;
            LossDirections decided = undecided == 0
                    ? NONE
                    : isKnown ? new LossDirections(there, undecided - there, 0) : new LossDirections(0, 0, undecided);
            baseIsKnown = packet.seen() != 0;
            baseOrdinal = packet.ordinal;
            baseSeen = packet.seen();
            undecided = 0;
            silentRounds = 0;
            used = false;
            return decided;
        }

        /**
         * Gives up what will not be decided.
         *
         * @param peerIsSilent
         *            whether no flow to this peer has been answered for a while, so that nothing will be learnt soon
         * @param flowsDiffer
         *            whether some flows to this peer lose packets and others do not
         */
        LossDirections roundEnds(boolean peerIsSilent, boolean flowsDiffer) {
            int patience = flowsDiffer ? PATIENCE_WHERE_FLOWS_DIFFER : PATIENCE_ROUNDS;
            silentRounds += used ? 1 : 0;
            used = false;
            if (undecided == 0 || !(peerIsSilent || silentRounds >= patience)) {
                return NONE;
            }
            var given = new LossDirections(0, 0, undecided);
            baseIsKnown = false;
            undecided = 0;
            return given;
        }
    }
}
