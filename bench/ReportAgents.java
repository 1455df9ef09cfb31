import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** As many agents as asked for, at addresses from 127.1.0.0 on, which answer GET /report: port, agents, peers of each. */
final class ReportAgents {

    private static final long INTERVAL_MILLIS = 5000;

    private final int agents;
    private final int peers;
    private final long[] phases;
    private final String[] lines;

    private ReportAgents(int agents, int peers) {
        this.agents = agents;
        this.peers = peers;
        var random = new Random(1);
        phases = random.longs(agents, 0, INTERVAL_MILLIS).toArray();
        lines = new String[997];
        for (int i = 0; i < lines.length; i++) {
            int micros = 150 + random.nextInt(900);
            lines[i] = "1,%s 5,%s,%s,%s\n".formatted(base36(micros + random.nextInt(50)), base36(micros),
                    base36(micros / 8), base36(micros / 5));
        }
    }

    private static String base36(int number) {
        return Integer.toString(number, Character.MAX_RADIX);
    }

    public static void main(String[] words) throws IOException {
        var all = new ReportAgents(Integer.parseInt(words[1]), Integer.parseInt(words[2]));
        var server = new ServerSocket(Integer.parseInt(words[0]), 1000, InetAddress.getByName("0.0.0.0"));
        System.out.println("ready");
        while (true) {
            Socket socket = server.accept();
            Thread.ofVirtual().start(() -> all.answer(socket));
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            byte[] address = ((InetSocketAddress) socket.getLocalSocketAddress()).getAddress().getAddress();
            int agent = (address[2] & 0xff) << 8 | (address[3] & 0xff);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String request = head(in);
            long now = System.currentTimeMillis() + phases[agent];
            long interval = now / INTERVAL_MILLIS;
            long since = now % INTERVAL_MILLIS;
            int at = request.indexOf("roster=");
            if (at < 0) {
                return; // a request of another program
            }
            String revision = request.substring(at + 7, request.indexOf(' ', at));
            String body = body(agent, since, revision, (int) interval);
            socket.getOutputStream().write(("HTTP/1.1 200 OK\r\nConnection: close\r\nKconmon-Next: %d\r\nETag: \"%d\"\r\n"
                    + "Content-Length: %d\r\n\r\n%s").formatted(INTERVAL_MILLIS - since, interval, body.length(), body)
                    .getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // the controller has gone
        }
    }

    private static String head(InputStream in) throws IOException {
        var head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("it has gone");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private String body(int agent, long since, String revision, int seed) {
        var text = new StringBuilder("kconmon report 1\nsource=node-%04d\ninterval=%d\nage=%d\nstate=active\n"
                .formatted(agent, INTERVAL_MILLIS, since)).append("lag=2s,rs\nprotocols=tcp udp\nroster=")
                .append(revision).append("\n\n");
        int step = Math.max(1, agents / (peers + 1));
        for (int i = 1, last = -1; i <= peers; i++) {
            int place = (agent + i * step) % agents;
            if (place == agent) {
                continue;
            }
            if (place != last + 1) {
                text.append('@').append(base36(place)).append(' ');
            }
            text.append(lines[Math.floorMod(agent * 31 + i * 17 + seed, lines.length)]);
            last = place;
        }
        return text.toString();
    }
}
