import io.kconmon.shared.client.Endpoint;
import io.kconmon.agent.roster.RosterClient;
import io.kconmon.agent.roster.RosterState;
import io.kconmon.agent.roster.Identity;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;

/** As many agents' roster clients as asked for, in one process; each line of input is answered with how they are. */
final class RosterClients {

    private static final Duration FRESH = Duration.ofSeconds(6); // a heartbeat and a bit

    public static void main(String[] words) throws Exception {
        var access = Endpoint.of(URI.create(words[0]));
        var keepers = new ArrayList<RosterState>();
        for (int i = 0; i < Integer.parseInt(words[1]); i++) {
            var keeper = new RosterState(new Identity("agent-" + i, "", 8080, "", "", false), (roster, self) -> {
            });
            keepers.add(keeper);
            new RosterClient(access, keeper, Duration.ofSeconds(5)).start();
        }
        while (System.in.read() == '\n') {
            System.out.printf("%d have a roster of now, and %d rosters there are among them%n",
                    keepers.stream().filter(it -> it.age().compareTo(FRESH) < 0).count(),
                    keepers.stream().map(it -> it.roster().revision()).distinct().count());
        }
    }
}
