package io.kconmon.shared.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;

/** One connection, on which anything may be sent. */
final class Wire implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 20_000;

    private final Socket socket;

    Wire(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(TIMEOUT_MILLIS);
    }

    void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** The next line with its end, or the rest if the other side closes before. */
    String line() throws IOException {
        var line = new StringBuilder();
        int b = socket.getInputStream().read();
        while (b >= 0) {
            line.append((char) b);
            if (b == '\n') {
                break;
            }
            b = socket.getInputStream().read();
        }
        return line.toString();
    }

    String bytes(int count) throws IOException {
        return new String(socket.getInputStream().readNBytes(count), ISO_8859_1);
    }

    /** All bytes until the other side closes. */
    String rest() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
