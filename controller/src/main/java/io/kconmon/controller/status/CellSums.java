package io.kconmon.controller.status;

import io.kconmon.controller.report.PeerReport;
import java.util.TreeMap;

/** Figures of one pair, or of all pairs of two zones, added up. */
final class CellSums {

    private long sent;
    private long received;
    private long passed;
    private long failed;
    private double roundTripMicros;
    private int roundTrips;
    private double connectMicros;
    private int connects;
    private final TreeMap<String, Integer> causes = new TreeMap<>();

    static CellSums of(PeerReport peer) {
        var sums = new CellSums();
        sums.add(peer);
        return sums;
    }

    void add(PeerReport peer) {
        peer.udp().ifPresent(udp -> {
            sent += udp.sent();
            received += udp.received();
            udp.rttMicros().ifPresent(it -> {
                roundTripMicros += it;
                roundTrips++;
            });
        });
        peer.tcp().ifPresent(tcp -> {
            passed += tcp.pass();
            failed += tcp.fail();
            tcp.connectMicros().ifPresent(it -> {
                connectMicros += it;
                connects++;
            });
            tcp.causes().forEach((cause, count) -> causes.merge(cause, count, Integer::sum));
        });
    }

    boolean isTested() {
        return sent + passed + failed > 0;
    }

    /** The share of lost packets or of failed requests, the worse of both; 0 to 1. */
    double worst() {
        return Math.max(sent == 0 ? 0 : (double) (sent - received) / sent, failed == 0
                ? 0
                : (double) failed
                        / (passed + failed));
    }

    String loss() {
        return sent == 0 ? "·" : percent((double) (sent - received) / sent);
    }

    String roundTrip() {
        return roundTrips > 0 ? millis(roundTripMicros / roundTrips) : sent > 0 ? "fail" : "·";
    }

    String connect() {
        return connects > 0 ? millis(connectMicros / connects) : failed > 0 ? "fail" : passed > 0 ? "ok" : "·";
    }

    /** "UDP 5 of 5 lost, TCP 1 of 1 failed (timeout 1)". */
    String inWords() {
        var words = new StringBuilder();
        if (received < sent) {
            words.append("UDP %d of %d lost".formatted(sent - received, sent));
        }
        if (failed > 0) {
            words.append(words.isEmpty() ? "" : ", ").append("TCP %d of %d failed".formatted(failed, passed + failed));
        }
        if (!causes.isEmpty()) {
            words.append(causes.toString().replace('=', ' ').replace("{", " (").replace("}", ")"));
        }
        return words.toString();
    }

    /**
     * A round trip is some microseconds on loopback and some 100 ms round the world; a value of 0.00 would be useless.
     */
    private static String millis(double micros) {
        double millis = micros / 1e3;
        int decimals = millis >= 100 ? 0 : millis >= 10 ? 1 : millis >= 0.1 ? 2 : 3;
        return ("%." + decimals + "f").formatted(millis);
    }

    private static String percent(double share) {
        double percent = 100 * share;
        return (percent == 0 || percent >= 1 ? "%.0f%%" : "%.1f%%").formatted(percent);
    }
}
