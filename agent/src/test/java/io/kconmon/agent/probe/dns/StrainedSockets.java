package io.kconmon.agent.probe.dns;

import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.TcpConnection;
import io.kconmon.agent.kernel.UdpListener;
import io.kconmon.agent.kernel.UdpResponder;
import io.kconmon.agent.kernel.UdpServer;
import io.kconmon.agent.kernel.UdpSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/** Other sockets, whose users get to run so much later than they asked for. */
record StrainedSockets(Sockets others, Duration late) implements Sockets {

    @Override
    public Clock clock() {
        return others.clock();
    }

    @Override
    public long now() {
        return others.now();
    }

    @Override
    public UdpSocket udp(InetSocketAddress local, UdpListener listener) throws IOException {
        return others.udp(local, listener);
    }

    @Override
    public UdpServer udpServer(InetSocketAddress local, UdpResponder responder) throws IOException {
        return others.udpServer(local, responder);
    }

    @Override
    public TcpConnection connect(InetAddress source, InetSocketAddress peer, long timeoutNanos)
            throws IOException, InterruptedException {
        return others.connect(source, peer, timeoutNanos);
    }

    @Override
    public void sleepUntil(long nanoTime) throws InterruptedException {
        others.sleepUntil(nanoTime + late.toNanos());
    }

    @Override
    public Scheduled schedule(long nanoTime, String name, Runnable action) {
        return others.schedule(nanoTime + late.toNanos(), name, action);
    }

    @Override
    public void close() {
        others.close();
    }
}
