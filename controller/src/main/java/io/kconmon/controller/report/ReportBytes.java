package io.kconmon.controller.report;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A compact form of a report's peers, to keep many. A healthy peer takes three bytes; its times are kept by their
 * logarithm, to some percent. Counts and causes stay exact.
 */
final class ReportBytes {

    private static final int JUMP = 1;
    private static final int UDP = 2;
    private static final int ALL_RECEIVED = 4;
    private static final int TCP = 8;
    private static final int ONE_PASSED = 16;
    private static final int RTT = 32;
    private static final int CONNECT = 64;
    private static final int FLOWS = 128;
    private static final double STEPS = 255 / Math.log(1e8);

    private ReportBytes() {
    }

    /** @param places by which peers are named, in the order of the nodes */
    static byte[] write(List<PeerReport> peers, Map<String, Integer> places) {
        var out = new ByteArrayOutputStream(2 + 4 * peers.size());
        int usual = peers.stream().flatMap(it -> it.udp().stream()).mapToInt(UdpReport::sent).findFirst().orElse(0);
        number(out, usual);
        int next = 0;
        for (PeerReport peer : peers) {
            Integer place = places.get(peer.destination());
            if (place != null) {
                write(out, peer, place, next, usual);
                next = place + 1;
            }
        }
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, PeerReport peer, int place, int next, int usual) {
        Optional<UdpReport> udp = peer.udp();
        Optional<TcpReport> tcp = peer.tcp();
        boolean all = udp.isPresent() && udp.get().sent() == usual && udp.get().lost() == 0;
        boolean one = tcp.isPresent() && tcp.get().pass() == 1 && tcp.get().fail() == 0
                && tcp.get().causes().isEmpty();
        boolean rtt = udp.isPresent() && udp.get().rttMicros().isPresent();
        boolean connect = tcp.isPresent() && tcp.get().connectMicros().isPresent();
        boolean flows = udp.isPresent() && !udp.get().flowLossPercent().isEmpty();
        out.write((place == next ? 0 : JUMP) | (udp.isPresent() ? UDP : 0) | (all ? ALL_RECEIVED : 0)
                | (tcp.isPresent() ? TCP : 0) | (one ? ONE_PASSED : 0) | (rtt ? RTT : 0) | (connect ? CONNECT : 0)
                | (flows ? FLOWS : 0));
        if (place != next) {
            number(out, place);
        }
        if (udp.isPresent() && !all) {
            number(out, udp.get().sent());
            number(out, udp.get().received());
            number(out, udp.get().forwardLost().orElse(-1) + 1);
            number(out, udp.get().backwardLost().orElse(-1) + 1);
        }
        if (rtt) {
            out.write(logarithm(udp.get().rttMicros().getAsLong()));
        }
        if (flows) {
            number(out, udp.get().flowLossPercent().size());
            udp.get().flowLossPercent().forEach(out::write);
        }
        if (tcp.isPresent() && !one) {
            number(out, tcp.get().pass());
            number(out, tcp.get().fail());
            number(out, tcp.get().causes().size());
            tcp.get().causes().forEach((cause, count) -> {
                byte[] bytes = cause.getBytes(StandardCharsets.US_ASCII);
                number(out, bytes.length);
                out.writeBytes(bytes);
                number(out, count);
            });
        }
        if (connect) {
            out.write(logarithm(tcp.get().connectMicros().getAsLong()));
        }
    }

    private static void number(ByteArrayOutputStream out, int number) {
        int rest = number;
        for (; rest >= 0x80; rest >>>= 7) {
            out.write((rest & 0x7f) | 0x80);
        }
        out.write(rest);
    }

    private static int logarithm(long micros) {
        return (int) Math.min(255, Math.round(Math.log((double) Math.max(1, micros)) * STEPS));
    }

    static List<PeerReport> read(byte[] bytes, List<String> nodes) {
        return new Reading(bytes).peers(nodes);
    }

    private static final class Reading {

        private final byte[] bytes;
        private int at;

        Reading(byte[] bytes) {
            this.bytes = bytes;
        }

        List<PeerReport> peers(List<String> nodes) {
            var peers = new ArrayList<PeerReport>();
            int usual = number();
            int next = 0;
            while (at < bytes.length) {
                int flags = bytes[at++] & 0xff;
                int place = (flags & JUMP) == 0 ? next : number();
                next = place + 1;
                Optional<UdpReport> udp = (flags & UDP) == 0 ? Optional.empty() : Optional.of(udp(flags, usual));
                Optional<TcpReport> tcp = (flags & TCP) == 0 ? Optional.empty() : Optional.of(tcp(flags));
                peers.add(new PeerReport(nodes.get(place), udp, tcp));
            }
            return peers;
        }

        private UdpReport udp(int flags, int usual) {
            boolean all = (flags & ALL_RECEIVED) != 0;
            int sent = all ? usual : number();
            int received = all ? usual : number();
            int forward = all ? 1 : number();
            int backward = all ? 1 : number();
            OptionalLong rtt = (flags & RTT) == 0 ? OptionalLong.empty() : OptionalLong.of(micros());
            var flows = new ArrayList<Integer>();
            for (int left = (flags & FLOWS) == 0 ? 0 : number(); left > 0; left--) {
                flows.add((int) bytes[at++]);
            }
            return new UdpReport(sent, received, optional(forward), optional(backward), rtt, flows);
        }

        private static OptionalInt optional(int oneMore) {
            return oneMore == 0 ? OptionalInt.empty() : OptionalInt.of(oneMore - 1);
        }

        private TcpReport tcp(int flags) {
            boolean one = (flags & ONE_PASSED) != 0;
            int pass = one ? 1 : number();
            int fail = one ? 0 : number();
            var causes = new HashMap<String, Integer>();
            for (int left = one ? 0 : number(); left > 0; left--) {
                int length = number();
                String cause = new String(bytes, at, length, StandardCharsets.US_ASCII);
                at += length;
                causes.put(cause, number());
            }
            OptionalLong connect = (flags & CONNECT) == 0 ? OptionalLong.empty() : OptionalLong.of(micros());
            return new TcpReport(pass, fail, causes, connect);
        }

        private long micros() {
            return Math.round(Math.exp((bytes[at++] & 0xff) / STEPS));
        }

        private int number() {
            int number = 0;
            for (int shift = 0;; shift += 7) {
                int one = bytes[at++];
                number |= (one & 0x7f) << shift;
                if (one >= 0) {
                    return number;
                }
            }
        }
    }
}
