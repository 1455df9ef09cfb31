package io.kconmon.k8s;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy for CONNECT and SOCKS 5, with the user "me" and the password "kconmon-marker-secret". */
final class TestProxy implements AutoCloseable {

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    /** The requests it got, such as {@code CONNECT host:port}. */
    final List<String> asked = new CopyOnWriteArrayList<>();
    private final int target;

    /** All that it is asked for is at this port of loopback. */
    TestProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            }
        } catch (IOException e) {
            // closed
        }
    }

    private void serve(Socket client) {
        try (client; var there = new Socket(InetAddress.getByName("127.0.0.1"), target)) {
            var in = new DataInputStream(client.getInputStream());
            int first = in.read();
            if (first == 5) {
                socks(in, client.getOutputStream());
            } else {
                http((char) first, in, client.getOutputStream(), there.getOutputStream());
            }
            Thread.ofVirtual().start(() -> copy(there, client));
            copy(client, there);
        } catch (IOException e) {
            // one of them has gone
        }
    }

    private void http(char first, InputStream in, OutputStream out, OutputStream there) throws IOException {
        var head = new StringBuilder().append(first);
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.read());
        }
        String line = head.toString().lines().findFirst().orElse("");
        asked.add(line);
        boolean known = head.toString().contains("Proxy-Authorization: Basic bWU6a2Nvbm1vbi1tYXJrZXItc2VjcmV0\r\n");
        if (known && line.startsWith("GET http://")) {
            there.write(head.toString().replaceFirst("http://[^/]*", "").getBytes(StandardCharsets.US_ASCII));
            return;
        }
        out.write(("HTTP/1.1 " + (known ? "200 fine" : "407 who?") + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void socks(DataInputStream in, OutputStream out) throws IOException {
        in.readNBytes(in.read());
        out.write(new byte[]{5, 2});
        in.read();
        String user = text(in);
        String password = text(in);
        boolean known = user.equals("me") && password.equals("kconmon-marker-secret");
        out.write(new byte[]{1, (byte) (known ? 0 : 1)});
        in.readNBytes(3);
        String host = switch (in.read()) {
            case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
            case 4 -> InetAddress.getByAddress(in.readNBytes(16)).getHostAddress();
            default -> text(in);
        };
        asked.add("SOCKS " + host + ":" + in.readUnsignedShort());
        out.write(new byte[]{5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readNBytes(in.read()), StandardCharsets.UTF_8);
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException e) {
            // one of them has gone
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
