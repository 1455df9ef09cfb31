package io.kconmon.agent.probe.dns;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.WireParseException;
import org.xbill.DNS.io.IoClientFactory;
import org.xbill.DNS.io.TcpIoClient;
import org.xbill.DNS.io.UdpIoClient;

/**
 * Sends dnsjava's queries on the thread that asks. dnsjava's own client hands them to a selector thread, whose queue
 * would be in the measurement and whose timeouts are checked once a second.
 */
final class BlockingDnsClient implements IoClientFactory, UdpIoClient, TcpIoClient {

    private final long deadline;

    BlockingDnsClient(Duration atMost) {
        this.deadline = System.nanoTime() + atMost.toNanos();
    }

    private interface Exchange {
        byte[] run() throws IOException;
    }

    @Override
    public UdpIoClient createOrGetUdpClient() {
        return this;
    }

    @Override
    public TcpIoClient createOrGetTcpClient() {
        return this;
    }

    @Override
    public CompletableFuture<byte[]> sendAndReceiveUdp(@Nullable InetSocketAddress local, InetSocketAddress server,
            Message query, byte[] data, int max, Duration timeout) {
        return complete(() -> {
            try (var socket = new DatagramSocket(local)) {
                socket.connect(server);
                socket.send(new DatagramPacket(data, data.length));
                var answer = new DatagramPacket(new byte[max], max);
                do {
                    socket.setSoTimeout(millisLeft());
                    answer.setLength(max);
                    socket.receive(answer);
                } while (!isAnswerTo(data, answer));
                return Arrays.copyOf(answer.getData(), answer.getLength());
            }
        });
    }

    /** RFC 1035, 4.2.2: over TCP each message comes after its length in two bytes. */
    @Override
    public CompletableFuture<byte[]> sendAndReceiveTcp(@Nullable InetSocketAddress local, InetSocketAddress server,
            Message query, byte[] data, Duration timeout) {
        return complete(() -> {
            try (var socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.bind(local == null ? null : new InetSocketAddress(local.getAddress(), 0));
                socket.connect(server, millisLeft());
                socket.getOutputStream()
                        .write(ByteBuffer.allocate(2 + data.length).putShort((short) data.length).put(data).array());
                var in = new DataInputStream(socket.getInputStream());
                socket.setSoTimeout(millisLeft());
                var answer = new byte[in.readUnsignedShort()];
                for (int read = 0; read < answer.length;) {
                    socket.setSoTimeout(millisLeft());
                    int more = in.read(answer, read, answer.length - read);
                    if (more < 0) {
                        throw new EOFException();
                    }
                    read += more;
                }
                return answer;
            } catch (EOFException e) {
                throw new WireParseException("the connection was closed before the answer was complete", e);
            }
        });
    }

    /** The same ID, as the other end must have seen our query to answer it. */
    private static boolean isAnswerTo(byte[] query, DatagramPacket answer) {
        byte[] bytes = answer.getData();
        return answer.getLength() >= 2 && bytes[0] == query[0] && bytes[1] == query[1];
    }

    private int millisLeft() throws SocketTimeoutException {
        long nanos = deadline - System.nanoTime();
        if (nanos <= 0) {
            throw new SocketTimeoutException("no answer in time");
        }
        return (int) Math.ceilDiv(nanos, 1_000_000);
    }

    private static CompletableFuture<byte[]> complete(Exchange exchange) {
        try {
            return CompletableFuture.completedFuture(exchange.run());
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
