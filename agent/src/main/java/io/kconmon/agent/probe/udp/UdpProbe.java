package io.kconmon.agent.probe.udp;

import io.kconmon.agent.kernel.IcmpError;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Probe;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The UDP test of one peer: a round of packets to its echo, each by the next flow. They leave at once, since each is timed by
 * stamps and none waits for the other. Replies are read at ticks, and less and less often, for the same reason: how late a
 * reply is read does not matter.
 */
final class UdpProbe implements Probe<UdpResult> {

    private final UdpSettings settings;
    private final Ticks ticks;
    private final Sockets sockets;
    private final UdpFlows flows;
    private final UdpSession session;
    private final Runnable onClose;

    /** Makes a probe by these flows; the peer's state stays in its session. */
    UdpProbe(UdpSettings settings, Ticks ticks, Sockets sockets, UdpFlows flows, UdpSession session, Runnable onClose) {
        this.settings = settings;
        this.ticks = ticks;
        this.sockets = sockets;
        this.flows = flows;
        this.session = session;
        this.onClose = onClose;
    }

    /** One packet of the round: on its way, or what kept it here. */
    private record Sending(@Nullable Packet packet, @Nullable IOException failure) {

        void addTo(List<Packet> round) {
            if (packet != null) {
                round.add(packet);
            }
        }
    }

    @Override
    public UdpResult run() throws InterruptedException {
        session.turn.lockInterruptibly();
        try (UdpFlows.FreshPort fresh = session.silentRounds > 0 ? sendFromFreshPort() : null) {
            List<Sending> sendings = send();
            var round = new ArrayList<Packet>(sendings.size());
            sendings.forEach(it -> it.addTo(round));
            try {
                await(round);
            } catch (InterruptedException e) {
                flows.forget(round);
                throw e;
            }
            boolean freshPortAnswered = fresh != null && fresh.isAnswered();
            return flows.undisturbed(() -> result(sendings, round, freshPortAnswered));
        } finally {
            session.turn.unlock();
        }
    }

    /** The packet goes out beside the round and does not belong to it. */
    private UdpFlows.@Nullable FreshPort sendFromFreshPort() {
        UdpFlows.FreshPort port = null;
        try {
            port = flows.new FreshPort(session.peer);
            port.send();
            return port;
        } catch (IOException e) {
            Sockets.closeQuietly(port);
            return null; // the round reports it
        }
    }

    private List<Sending> send() {
        var sendings = new ArrayList<Sending>(settings.packets());
        for (int i = 0; i < settings.packets(); i++) {
            try {
                Packet packet = flows.send(session.peer, session.nextFlow());
                session.sent(packet);
                sendings.add(new Sending(packet, null));
            } catch (IOException e) {
                sendings.add(new Sending(null, e));
            }
        }
        return sendings;
    }

    private void await(List<Packet> round) throws InterruptedException {
        long begin = System.nanoTime();
        long deadline = begin + settings.patience().toNanos();
        for (long wait = Ticks.PROMPT.nanos(); !round.isEmpty(); wait = Math.max(2 * wait, ticks.nanos())) {
            long next = Math.min(ticks.after(System.nanoTime() + wait), deadline);
            sockets.sleepUntil(next);
            boolean isOver = System.nanoTime() - deadline >= 0; // packets may have come before a late wake-up
            if (flows.poll(round) || isOver) {
                return;
            }
        }
    }

    private UdpResult result(List<Sending> sendings, List<Packet> round, boolean freshPortAnswered) {
        var results = new ArrayList<UdpPacketResult>(sendings.size());
        int late = 0;
        for (Sending sending : sendings) {
            UdpPacketResult one = result(sending);
            late += one.cause().equals(Optional.of(Cause.LATE)) ? 1 : 0;
            results.add(one);
        }
        LossDirections directions = session.ended(round);
        int duplicates = 0;
        boolean allLost = true;
        for (Packet packet : session.previous) {
            late += packet.takeFirstReplySince() ? 1 : 0;
            duplicates += packet.takeDuplicates();
        }
        for (Packet packet : round) {
            allLost &= !packet.takeFirstReplySince();
            duplicates += packet.takeDuplicates();
        }
        flows.forget(session.previous);
        session.previous = round;
        return new UdpResult(results, late, duplicates,
                allLost && freshPortAnswered && session.isSilentOnAllFlows(settings.packets()), directions,
                session.difference.differs() ? session.difference.lossPercent() : List.of());
    }

    private UdpPacketResult result(Sending sending) {
        Packet packet = sending.packet;
        if (packet == null) {
            IOException failure = sending.failure == null ? new IOException() : sending.failure;
            return new UdpPacketResult(0, Optional.empty(), Optional.of(Cause.of(failure)),
                    String.valueOf(failure.getMessage()));
        }
        int port = flows.port(session.peer, packet.flow);
        IcmpError error = packet.error();
        if (packet.isAnswered()) {
            long nanos = packet.roundTripNanos();
            Optional<Duration> roundTrip = nanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
            return nanos <= settings.timeout().toNanos()
                    ? new UdpPacketResult(port, roundTrip, Optional.empty(), "")
                    : new UdpPacketResult(port, roundTrip, Optional.of(Cause.LATE),
                            "after %d ms; the timeout is %d".formatted(nanos / 1_000_000,
                                    settings.timeout().toMillis()));
        }
        return error != null
                ? new UdpPacketResult(port, Optional.empty(), Optional.of(Cause.of(error.error())),
                        String.valueOf(error.error().getMessage()), error.saidBy())
                : new UdpPacketResult(port, Optional.empty(), Optional.of(Cause.TIMEOUT),
                        "no reply within %d ms".formatted(settings.timeout().toMillis()));
    }

    @Override
    public void close() {
        session.turn.lock();
        try {
            flows.forget(session.previous);
            session.previous = List.of();
        } finally {
            session.turn.unlock();
        }
        onClose.run();
    }
}
