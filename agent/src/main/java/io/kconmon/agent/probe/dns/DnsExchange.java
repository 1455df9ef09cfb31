package io.kconmon.agent.probe.dns;

import io.kconmon.agent.kernel.Datagram;
import io.kconmon.agent.kernel.IcmpError;
import io.kconmon.agent.kernel.Sockets;
import io.kconmon.agent.kernel.TcpConnection;
import io.kconmon.agent.kernel.Ticks;
import io.kconmon.agent.kernel.UdpListener;
import io.kconmon.agent.kernel.UdpSocket;
import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.probe.Outcome;
import java.io.EOFException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Record;

/**
 * One question to one name server: over UDP from a port of its own (RFC 5452, 9.2), and if the answer does not fit there, once
 * again over TCP. It is asked as the resolvers of C libraries ask, without EDNS (RFC 6891), which some servers refuse or drop. Its
 * times are the kernel's, so that it does not matter how late an answer is read.
 */
final class DnsExchange implements UdpListener {

    /** More than any server should send without EDNS (RFC 1035, 4.2.1). */
    private static final int CAPACITY = 3072;
    /** The longest time between two looks; a lookup that goes on to another server loses as much. */
    private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(16);
    private static final InetAddress ANY_4 = new InetSocketAddress("0.0.0.0", 0).getAddress();
    private static final InetAddress ANY_6 = new InetSocketAddress("::", 0).getAddress();

    private final Sockets sockets;
    private final InetAddress source;
    private final InetSocketAddress server;
    private final Record question;
    private final byte[] query;
    private long spentNanos;
    /** By the stamps' clock: when the question was handed over, or when it left, if that is known. */
    private long sentAt;
    private long sentNanoTime;
    private boolean sent;
    private byte @Nullable [] answer;
    private long receivedAt;
    private boolean cut;
    private @Nullable IOException error;

    /**
     * Prepares it.
     *
     * @param source
     *            its source address, unless the server is this machine or has the other address family
     */
    DnsExchange(Sockets sockets, InetAddress source, InetSocketAddress server, Record question) {
        this.sockets = sockets;
        this.source = sourceFor(source, server.getAddress());
        this.server = server;
        this.question = question;
        this.query = Message.newQuery(question).toWire();
    }

    /** A stub resolver answers its own machine only, and no address family reaches the other. */
    private static InetAddress sourceFor(InetAddress source, InetAddress server) {
        boolean fits = source.getClass() == server.getClass()
                && (source.isLoopbackAddress() || !server.isLoopbackAddress());
        return fits ? source : server instanceof Inet4Address ? ANY_4 : ANY_6;
    }

    /** Blocks until the server has answered or the time is up. */
    DnsServerResult run(Duration atMost) throws InterruptedException {
        Outcome<Duration> outcome;
        try {
            long nanos = atMost.toNanos();
            outcome = judge(ask(nanos), nanos);
        } catch (SocketTimeoutException e) {
            spentNanos = atMost.toNanos();
            outcome = new Outcome.Failure<>(Cause.TIMEOUT, "no answer within %d ms".formatted(atMost.toMillis()));
        } catch (EOFException e) {
            outcome = new Outcome.Failure<>(Cause.BAD_REPLY, "the connection ended before the answer did");
        } catch (IOException e) {
            outcome = failure(e);
        }
        return new DnsServerResult(server, outcome, Duration.ofNanos(spentNanos));
    }

    private DnsReply ask(long nanos) throws IOException, InterruptedException {
        var reply = new DnsReply(question, overUdp(nanos));
        return cut || reply.isTruncated() ? new DnsReply(question, overTcp(nanos - spentNanos)) : reply;
    }

    /** By the network's time, however late the answer was read. */
    private Outcome<Duration> judge(DnsReply reply, long nanos) throws SocketTimeoutException {
        if (spentNanos > nanos) {
            throw new SocketTimeoutException();
        }
        return reply.problem().<Outcome<Duration>>map(it -> new Outcome.Failure<>(it.cause(), it.detail()))
                .orElseGet(() -> new Outcome.Success<>(Duration.ofNanos(spentNanos)));
    }

    private byte[] overUdp(long nanos) throws IOException, InterruptedException {
        try (UdpSocket socket = sockets.udp(new InetSocketAddress(source, 0), this)) {
            sentNanoTime = System.nanoTime();
            sentAt = sockets.now();
            var unused = socket.send(query, server);
            long deadline = System.nanoTime() + nanos;
            for (long wait = Ticks.PROMPT.nanos(); waitsForReplies(); wait = Math.min(2 * wait, LONGEST_WAIT_NANOS)) {
                sockets.sleepUntil(Math.min(Ticks.PROMPT.after(System.nanoTime() + wait), deadline));
                boolean isOver = System.nanoTime() - deadline >= 0; // packets may have come before a late wake-up
                socket.poll();
                if (isOver) {
                    break;
                }
            }
        }
        if (answer != null) {
            return answer;
        }
        spentNanos = System.nanoTime() - sentNanoTime;
        throw error != null ? error : new SocketTimeoutException();
    }

    @Override
    public int capacity() {
        return CAPACITY;
    }

    @Override
    public void transmitted(int number, long nanos) {
        sent = true;
        sentAt = nanos;
        if (answer != null) {
            spentNanos = since(receivedAt);
        }
    }

    /** Only the server that was asked, with the identifier of our query, answers it. */
    @Override
    public void received(Datagram datagram) {
        byte[] payload = datagram.payload();
        boolean isOurs = datagram.source().equals(server) && datagram.length() >= 2 && payload[0] == query[0]
                && payload[1] == query[1];
        if (isOurs && answer == null) {
            answer = Arrays.copyOf(payload, Math.min(datagram.length(), CAPACITY));
            cut = datagram.length() >= CAPACITY;
            receivedAt = datagram.receivedAt();
            spentNanos = since(receivedAt);
        }
    }

    /** A clock that was set meanwhile gives an arbitrary time: only a time that fits into the elapsed time counts. */
    private long since(long stamp) {
        long gone = System.nanoTime() - sentNanoTime;
        long byStamps = stamp - sentAt;
        return byStamps >= 0 && byStamps <= gone ? byStamps : gone;
    }

    @Override
    public boolean waitsForReplies() {
        return answer == null && error == null;
    }

    @Override
    public boolean waitsForStamps() {
        return !sent;
    }

    @Override
    public void undeliverable(IcmpError icmp) {
        if (icmp.destination().equals(server) && answer == null) {
            error = icmp.error();
        }
    }

    /** RFC 1035, 4.2.2: each message comes after its length in two bytes. */
    private byte[] overTcp(long nanos) throws IOException, InterruptedException {
        if (nanos <= 0) {
            throw new SocketTimeoutException();
        }
        long before = spentNanos;
        try (TcpConnection connection = sockets.connect(source, server, nanos)) {
            long connect = connection.handshakeNanos().orElse(connection.connectNanos());
            spentNanos += connect;
            connection.send(ByteBuffer.allocate(2 + query.length).putShort((short) query.length).put(query).array());
            long deadline = System.nanoTime() + nanos - connect;
            byte[] length = read(connection, new byte[2], deadline);
            byte[] message = read(connection, new byte[Short.toUnsignedInt(ByteBuffer.wrap(length).getShort())],
                    deadline);
            spentNanos = before + connect + connection.answerNanos();
            if (message.length < 2 || message[0] != query[0] || message[1] != query[1]) {
                return new byte[0]; // of another query: none has been asked here
            }
            return message;
        }
    }

    private static byte[] read(TcpConnection connection, byte[] whole, long deadline)
            throws IOException, InterruptedException {
        for (int read = 0; read < whole.length;) {
            var piece = new byte[Math.min(whole.length - read, CAPACITY)];
            int more = connection.receive(piece, deadline);
            if (more < 0) {
                throw new EOFException();
            }
            System.arraycopy(piece, 0, whole, read, more);
            read += more;
        }
        return whole;
    }

    /** REFUSED is a server's answer, not its machine's. */
    private static Outcome<Duration> failure(IOException e) {
        Outcome<Duration> failure = Outcome.failure(e);
        return failure.cause().filter(it -> it == Cause.REFUSED).isPresent()
                ? new Outcome.Failure<>(Cause.UNREACHABLE, "nothing listens on the server's port")
                : failure;
    }
}
