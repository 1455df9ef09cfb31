package io.kconmon.shared.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** Opens connections by a host's name. */
public final class Dialer {

    private static final int MOST_TOLD = 4;

    private Dialer() {
    }

    /**
     * Connects to the first of the name's addresses that accepts, in the order of the host's resolver.
     *
     * @param connectTimeout
     *            for each of the addresses
     * @param silence
     *            the longest wait for the next bytes
     * @throws ConnectionException
     *             if none accepts, with the reason of each
     */
    public static Socket connect(String host, int port, Duration connectTimeout, Duration silence)
            throws IOException {
        return connect(host, InetAddress.getAllByName(host), port, connectTimeout, silence);
    }

    static Socket connect(String host, InetAddress[] addresses, int port, Duration connectTimeout, Duration silence)
            throws IOException {
        var reasons = new ArrayList<String>();
        IOException first = null;
        for (InetAddress address : addresses) {
            var socket = new Socket();
            try {
                socket.setSoTimeout((int) silence.toMillis());
                socket.connect(new InetSocketAddress(address, port), (int) connectTimeout.toMillis());
                return socket;
            } catch (IOException e) {
                closeQuietly(socket);
                String reason = e instanceof SocketTimeoutException
                        ? "no answer within %d ms".formatted(connectTimeout.toMillis())
                        : FailureText.of(e);
                reasons.add(address.getHostAddress() + ": " + reason);
                first = first == null ? e : first;
            }
        }
        throw new ConnectionException(told(reasons), first == null ? new IOException(host + " has no address") : first);
    }

    private static String told(List<String> reasons) {
        int more = reasons.size() - MOST_TOLD;
        return String.join("; ", more > 0 ? reasons.subList(0, MOST_TOLD) : reasons)
                + (more > 0 ? "; and %d addresses more".formatted(more) : "");
    }

    /**
     * Speaks TLS from now on. The certificate must be of that name, or of that address.
     *
     * @param verified
     *            false if any certificate's name will do
     */
    public static Socket secure(Socket socket, SSLContext context, String host, int port, boolean verified)
            throws IOException {
        var wrapped = (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true);
        if (verified) {
            SSLParameters parameters = wrapped.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            wrapped.setSSLParameters(parameters);
        }
        wrapped.startHandshake();
        return wrapped;
    }

    /** Used after another failure, which matters more. */
    public static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException | RuntimeException e) {
            // it is of no use any more
        }
    }
}
