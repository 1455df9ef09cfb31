import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** Agents that read their streams and do nothing else: port, how many, and empty or "whole", which says not who they are. */
final class StreamReaders {

    public static void main(String[] words) throws Exception {
        int port = Integer.parseInt(words[0]);
        int agents = Integer.parseInt(words[1]);
        boolean own = words.length < 3;
        var reading = new AtomicInteger();
        for (int i = 0; i < agents; i++) {
            String query = own
                    ? "?pod=pod-%04d&node=node-%04d&ip=127.1.%d.%d&port=18091".formatted(i, i, i >> 8, i & 255)
                    : "";
            // Like other agents' addresses, for a port is free only once for each pair of addresses.
            InetAddress from = InetAddress.getByName("127.2.%d.%d".formatted(i >> 8, i & 255));
            Thread.ofVirtual().start(() -> read(port, from, query, reading));
            Thread.sleep(2);
        }
        System.out.println("started");
        while (System.in.read() == '\n') {
            System.out.println(reading.get());
        }
    }

    private static void read(int port, InetAddress from, String query, AtomicInteger reading) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port, from, 0)) {
            socket.setReceiveBufferSize(16 * 1024);
            socket.getOutputStream().write("GET /agents/stream%s HTTP/1.1\r\nHost: a\r\n\r\n".formatted(query)
                    .getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            var buffer = new byte[4096];
            reading.incrementAndGet();
            while (in.read(buffer) >= 0) {
                // what it says does not matter here
            }
            reading.decrementAndGet();
        } catch (IOException e) {
            System.err.println(e);
        }
    }
}
