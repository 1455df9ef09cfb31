package io.kconmon.k8s;

import io.kconmon.shared.client.ClientAnswer;
import io.kconmon.shared.net.IpAddress;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to an API server through a proxy that has been reached. */
final class ProxyTunnel {

    private static final int SOCKS = 5;
    private static final int NO_LOGIN = 0;
    private static final int PASSWORD = 2;

    private ProxyTunnel() {
    }

    /** Until it returns, the proxy has the socket; then the server has it. */
    static void open(Socket socket, ProxyServer proxy, ServerAddress server) throws IOException {
        if (proxy.isSocks()) {
            socks(socket, proxy, server);
        } else {
            connect(socket, proxy, server);
        }
    }

    /** RFC 9110, 9.3.6. */
    private static void connect(Socket socket, ProxyServer proxy, ServerAddress server) throws IOException {
        String head = "CONNECT %1$s HTTP/1.1\r\nHost: %1$s\r\n%2$s\r\n".formatted(server.authority(),
                proxy.authorization().map(it -> "Proxy-Authorization: " + it + "\r\n").orElse(""));
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        int status = ClientAnswer.read(socket, socket.getInputStream()).status();
        if (status != 200) {
            throw new IOException("the proxy %s answered CONNECT with %d".formatted(proxy, status));
        }
    }

    /** RFC 1928 and, for a password, RFC 1929. The proxy resolves the name. */
    private static void socks(Socket socket, ProxyServer proxy, ServerAddress server) throws IOException {
        InputStream in = socket.getInputStream();
        boolean hasLogin = !proxy.userInfo().isEmpty();
        send(socket, SOCKS, 1, hasLogin ? PASSWORD : NO_LOGIN);
        byte[] chosen = read(in, 2);
        if (chosen[0] != SOCKS || chosen[1] != (hasLogin ? PASSWORD : NO_LOGIN)) {
            throw new IOException("the proxy %s does not speak SOCKS 5 %s a password".formatted(proxy,
                    hasLogin ? "with" : "without"));
        }
        if (hasLogin) {
            String[] login = proxy.userInfo().split(":", 2);
            var out = new ByteArrayOutputStream();
            out.write(1);
            text(out, login[0]);
            text(out, login.length > 1 ? login[1] : "");
            socket.getOutputStream().write(out.toByteArray());
            if (read(in, 2)[1] != 0) {
                throw new IOException("the proxy %s refuses its user".formatted(proxy));
            }
        }
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[]{SOCKS, 1, 0});
        if (IpAddress.isLiteral(server.host())) {
            byte[] address = IpAddress.of(server.host()).getAddress();
            out.write(address.length == 4 ? 1 : 4);
            out.writeBytes(address);
        } else {
            out.write(3);
            text(out, server.host());
        }
        out.write(server.port() >> 8);
        out.write(server.port());
        socket.getOutputStream().write(out.toByteArray());
        byte[] answer = read(in, 4);
        if (answer[1] != 0) {
            throw new IOException("the proxy %s does not reach %s: SOCKS error %d".formatted(proxy, server.authority(),
                    answer[1]));
        }
        read(in, 2 + switch (answer[3]) {
            case 1 -> 4;
            case 4 -> 16;
            default -> read(in, 1)[0] & 0xff;
        });
    }

    private static void send(Socket socket, int... bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        for (int b : bytes) {
            out.write(b);
        }
        socket.getOutputStream().write(out.toByteArray());
    }

    private static void text(ByteArrayOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 255) {
            throw new IOException("SOCKS has no room for a name or password of more than 255 bytes");
        }
        out.write(bytes.length);
        out.writeBytes(bytes);
    }

    private static byte[] read(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the proxy ended the connection");
        }
        return bytes;
    }
}
