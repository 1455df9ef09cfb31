package io.kconmon.agent.probe.udp;

import io.kconmon.agent.kernel.Datagram;
import io.kconmon.agent.kernel.UdpResponder;
import io.kconmon.agent.probe.InjectedFaults;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Answers the other agents' UDP tests, and reports in each answer its own share of the round trip. */
final class UdpEcho implements UdpResponder {

    private final InjectedFaults faults;
    private final Consumer<Duration> delay;
    private final SourceCounts counts = new SourceCounts();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong ignored = new AtomicLong();

    /**
     * Makes an echo.
     *
     * @param faults
     *            decides for each request whether it arrives, and whether its answer leaves
     * @param delay
     *            gets the time that each request lay here before it was read
     */
    UdpEcho(InjectedFaults faults, Consumer<Duration> delay) {
        this.faults = faults;
        this.delay = delay;
    }

    @Override
    public int answer(Datagram request) {
        boolean isLegacy = EchoPacket.isLegacyRequest(request);
        if (!(isLegacy || EchoPacket.isRequest(request)) || !faults.hears(request.source().getAddress())) {
            ignored.incrementAndGet();
            return 0;
        }
        answered.incrementAndGet();
        delay.accept(Duration.ofNanos(request.sinceReceived()));
        boolean isHeard = faults.isHeardBy(request.source().getAddress());
        int length = isLegacy
                ? EchoPacket.answerLegacy(request)
                : EchoPacket.answer(request, counts.next(request.source()));
        return isHeard ? length : 0;
    }

    @Override
    public int takeBack(Datagram answer) {
        return EchoPacket.takeBack(answer);
    }

    /** Requests answered. */
    long answered() {
        return answered.get();
    }

    /** Datagrams that were no requests. */
    long ignored() {
        return ignored.get();
    }
}
