package io.kconmon.testkit;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/** A name server that answers by a script, over UDP and TCP on the same port; over UDP many queries at a time. */
public final class NameServer implements AutoCloseable {

    /** The answer to a query: no, one or several datagrams, or the bytes of a TCP connection. */
    public interface Script {
        List<byte[]> answers(Message query) throws IOException;
    }

    public static final Script SILENT = query -> List.of();

    /** Nothing else has TCP ports on this address, so that the number of a free UDP port is free for TCP, too. */
    private static final InetAddress ADDRESS = address(127, 0, 0, 53);
    /** TEST-NET-1 (RFC 5737). */
    private static final InetAddress ANSWER = address(192, 0, 2, 1);

    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final List<Thread> threads;
    private final AtomicInteger overUdp = new AtomicInteger();
    private final AtomicInteger overTcp = new AtomicInteger();

    public NameServer(Script udpScript) throws IOException {
        this(udpScript, SILENT);
    }

    public NameServer(Script udpScript, Script tcpScript) throws IOException {
        udp = new DatagramSocket(new InetSocketAddress(ADDRESS, 0));
        tcp = new ServerSocket(udp.getLocalPort(), 50, ADDRESS);
        threads = List.of(Thread.ofPlatform().name("dns-udp").daemon().start(() -> serveUdp(udpScript)),
                Thread.ofPlatform().name("dns-tcp").daemon().start(() -> serveTcp(tcpScript)));
    }

    private static InetAddress address(int... bytes) {
        try {
            return InetAddress.getByAddress(new byte[]{(byte) bytes[0], (byte) bytes[1], (byte) bytes[2],
                    (byte) bytes[3]});
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Knows every name but those that begin with {@code missing}. */
    public static NameServer ofAllButMissing() throws IOException {
        return new NameServer(query -> {
            boolean missing = query.getQuestion().getName().toString().startsWith("missing");
            return List.of(answer(query, missing ? Rcode.NXDOMAIN : Rcode.NOERROR, missing ? 0 : 1).toWire());
        });
    }

    private void serveUdp(Script script) {
        while (!udp.isClosed()) {
            try {
                var packet = new DatagramPacket(new byte[4096], 4096);
                udp.receive(packet);
                overUdp.incrementAndGet();
                Thread.ofVirtual().name("dns-answer").start(() -> answer(script, packet));
            } catch (IOException e) {
                // the asker has gone, or this server is closed
            }
        }
    }

    private void answer(Script script, DatagramPacket packet) {
        try {
            for (byte[] answer : script.answers(new Message(Arrays.copyOf(packet.getData(), packet.getLength())))) {
                udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // the asker has gone, or this server is closed
        }
    }

    private void serveTcp(Script script) {
        while (!tcp.isClosed()) {
            try (Socket connection = tcp.accept()) {
                overTcp.incrementAndGet();
                var in = new DataInputStream(connection.getInputStream());
                byte[] query = in.readNBytes(in.readUnsignedShort());
                OutputStream out = connection.getOutputStream();
                for (byte[] answer : script.answers(new Message(query))) {
                    out.write(answer);
                }
            } catch (IOException e) {
                // the asker has gone, or this server is closed
            }
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) udp.getLocalSocketAddress();
    }

    /** As a setting has it. */
    public String hostAndPort() {
        return "%s:%d".formatted(ADDRESS.getHostAddress(), udp.getLocalPort());
    }

    /** How many queries came over UDP. */
    public int overUdp() {
        return overUdp.get();
    }

    public int overTcp() {
        return overTcp.get();
    }

    /** The answer to a query, with as many A records. */
    public static Message answer(Message query, int rcode, int records) {
        var answer = new Message(query.getHeader().getID());
        answer.getHeader().setFlag(Flags.QR);
        answer.getHeader().setRcode(rcode);
        Record question = query.getQuestion();
        answer.addRecord(question, Section.QUESTION);
        for (int i = 0; i < records; i++) {
            answer.addRecord(new ARecord(question.getName(), DClass.IN, 60, ANSWER), Section.ANSWER);
        }
        return answer;
    }

    /** RFC 1035, 4.2.2: over TCP each message comes after its length in two bytes. */
    public static byte[] framed(byte[] message) {
        return ByteBuffer.allocate(2 + message.length).putShort((short) message.length).put(message).array();
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
        threads.forEach(Eventually::ended);
    }
}
