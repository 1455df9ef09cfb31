package io.kconmon.controller.verdict;

/** What of the evidence a hypothesis would explain: losses, and the sum of their surprise, by the hypothesis's parts. */
final class EvidenceSums {

    private static final double HIGHEST_RATE = 0.999;
    /** Separate rates for the directions must explain enough to be used. */
    private static final double SECOND_RATE = 3;
    private static final double SECOND_WAY = 6;
    /** The least share of losses with a known direction; below it, directions count as unknown. */
    private static final double WAY_IS_TOLD = 0.15;

    final double[] lost = new double[LossKind.COUNT];
    private final double[] surprise = new double[LossKind.COUNT];

    void add(Evidence.Edge edge, Hypothesis.Lie lie) {
        for (LossKind lossKind : LossKind.ALL) {
            int from = lossKind.index();
            if (edge.lost[from] > 0) {
                int to = Hypothesis.lossKind(lossKind, lie).index();
                lost[to] += edge.lost[from];
                surprise[to] += edge.lost[from] * edge.surprise[from];
            }
        }
    }

    double events() {
        return lost[0] + lost[1] + lost[2] + lost[3];
    }

    /** Of all of it. */
    double surprise() {
        return surprise[0] + surprise[1] + surprise[2] + surprise[3];
    }

    /** The log-likelihood ratio against the expected losses, if this direction is lossy. */
    double score(PacketDirection way, double[] tested) {
        double either = ratio(LossKind.UNKNOWN, tested) + ratio(LossKind.TCP, tested);
        double along = ratio(LossKind.FORWARD, tested);
        double against = ratio(LossKind.BACKWARD, tested);
        return either + switch (way) {
            case ALONG -> along;
            case AGAINST -> against;
            case BOTH -> Math.max(shared(tested),
                    Math.min(along, against) > SECOND_WAY ? along + against - SECOND_RATE : 0);
        };
    }

    /** Whether so little is known of ways that both must be taken for lossy. */
    boolean wayIsUnknown() {
        double told = lost[LossKind.FORWARD.index()] + lost[LossKind.BACKWARD.index()];
        return told <= WAY_IS_TOLD * 5 * lost[LossKind.UNKNOWN.index()] || told == 0;
    }

    private double shared(double[] tested) {
        return ratio(lost[0] + lost[1], surprise[0] + surprise[1], tested[0] + tested[1]);
    }

    double ratio(LossKind lossKind, double[] tested) {
        int i = lossKind.index();
        return ratio(lost[i], surprise[i], tested[i]);
    }

    private static double ratio(double lost, double surprise, double tested) {
        if (lost == 0) {
            return 0;
        }
        double rate = rate(lost, tested);
        return Math.max(0,
                lost * Math.log(rate) + surprise + Math.max(0, tested - lost) * Math.log1p(-rate));
    }

    /** At which each part is lost. */
    double[] rates(double[] tested) {
        double[] rates = new double[LossKind.COUNT];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = lost[i] == 0 ? 0 : rate(lost[i], tested[i]);
        }
        return rates;
    }

    private static double rate(double lost, double tested) {
        return Math.min(HIGHEST_RATE, lost / Math.max(tested, lost));
    }
}
