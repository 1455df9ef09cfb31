package io.kconmon.agent.probe.udp;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The path to one peer: a connected socket that is kept from round to round, so that replies that come too late are
 * recognized as late. It receives from the peer's own port only, and ICMP errors come back on it. One thread at a time
 * uses it.
 *
 * <p>
 * The socket is renewed now and then, and after a round in which all packets were lost. Stateful filters (connection
 * tracking) let a flow through that never ends, long after its beginning has been forbidden, and it keeps its source
 * address after that address has gone.
 */
final class UdpPath implements AutoCloseable {

    /** About a minute of the usual interval. */
    static final int ROUNDS_A_SOCKET = 12;

    private final InetAddress source;
    private final InetSocketAddress peer;
    private final boolean[] answered = new boolean[256];
    private int lastToken = ThreadLocalRandom.current().nextInt(EchoPacket.TOKEN_MASK + 1);
    private int sent;
    private int roundsLeft;
    private @Nullable DatagramSocket socket;

    UdpPath(InetAddress source, InetSocketAddress peer) {
        this(source, peer, ThreadLocalRandom.current().nextInt(1, ROUNDS_A_SOCKET + 1)); // not all paths at once
    }

    /** @param roundsLeft of the first socket */
    UdpPath(InetAddress source, InetSocketAddress peer, int roundsLeft) {
        this.roundsLeft = roundsLeft;
        this.source = source;
        this.peer = peer;
    }

    /** What a reply is that nobody waits for. */
    enum Stray {
        LATE, DUPLICATE, UNKNOWN
    }

    DatagramSocket socket() throws IOException {
        DatagramSocket open = socket;
        if (open == null || open.isClosed()) {
            open = new DatagramSocket(new InetSocketAddress(source, 0));
            try {
                open.setBroadcast(false); // a peer is one host, whatever a roster says
                open.connect(peer);
            } catch (IOException e) {
                open.close(); // without a route it is not connected, and the route may come
                throw e;
            }
            socket = open;
        }
        return open;
    }

    /** Whether the round that begins is to have a new socket. */
    boolean isWorn() {
        return roundsLeft <= 0;
    }

    /** @param lostAll whether nothing came back in it */
    void roundEnds(boolean lostAll) {
        roundsLeft = lostAll ? 0 : roundsLeft - 1;
    }

    /** The socket that there is, if there is one. */
    @Nullable
    DatagramSocket openSocket() {
        DatagramSocket open = socket;
        return open == null || open.isClosed() ? null : open;
    }

    void renew() {
        close();
        roundsLeft = ROUNDS_A_SOCKET;
    }

    /** A token that no packet has whose reply would still be recognized. */
    int nextToken() {
        lastToken = lastToken + 1 & EchoPacket.TOKEN_MASK;
        answered[lastToken % answered.length] = false;
        sent++;
        return lastToken;
    }

    void answered(int token) {
        answered[token % answered.length] = true;
    }

    /** Classifies a reply to an earlier packet, and remembers it. */
    Stray stray(int token) {
        int ago = lastToken - token & EchoPacket.TOKEN_MASK;
        if (ago >= Math.min(sent, answered.length)) {
            return Stray.UNKNOWN;
        }
        boolean before = answered[token % answered.length];
        answered[token % answered.length] = true;
        return before ? Stray.DUPLICATE : Stray.LATE;
    }

    /** The next round gets a new socket. */
    @Override
    public void close() {
        DatagramSocket open = socket;
        if (open != null) {
            open.close();
        }
    }
}
