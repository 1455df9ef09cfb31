package io.kconmon.agent.probe.tcp;

import io.kconmon.agent.support.Loopback;
import io.kconmon.testkit.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The other end of a TCP test: it answers by a script, and then closes the connection. */
final class TcpPeer implements AutoCloseable {

    interface Script {
        void answer(Socket connection, OutputStream out) throws IOException;
    }

    private final ServerSocket listener;
    private final Thread thread;
    private volatile String request = "";
    private volatile Exception cut = new IllegalStateException("the script has not ended in an error");

    TcpPeer(Script script) throws IOException {
        this(Loopback.ONE, script);
    }

    TcpPeer(InetAddress address, Script script) throws IOException {
        listener = new ServerSocket(0, 50, address);
        thread = Thread.ofPlatform().name("tcp-peer").daemon().start(() -> run(script));
    }

    /** One that sends just this. */
    static TcpPeer saying(String answer) throws IOException {
        return new TcpPeer((connection, out) -> out.write(answer.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private void run(Script script) {
        while (!listener.isClosed()) {
            try (Socket connection = listener.accept()) {
                request = head(connection.getInputStream());
                script.answer(connection, connection.getOutputStream());
            } catch (IOException e) {
                cut = e;
            }
        }
    }

    /** Reads up to the empty line, because unread bytes would turn the close into a reset. */
    private static String head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        String text = "";
        while (!text.endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                break;
            }
            head.write(b);
            text = head.toString(StandardCharsets.ISO_8859_1);
        }
        return text;
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** The last request, to its empty line. */
    String request() {
        return request;
    }

    /** The script's last error, if any. */
    Exception cut() {
        return cut;
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Eventually.ended(thread);
    }
}
