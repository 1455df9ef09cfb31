package io.kconmon.shared.roster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Agents and rosters to test with. */
final class Rosters {

    private Rosters() {
    }

    /** A node's; all that it has is made from the number. */
    static Agent agent(int number) {
        return new Agent("kconmon-" + number, "node-" + number, "10.0.%d.%d".formatted(number / 250, number % 250 + 1),
                "zone-" + number % 3);
    }

    static Roster of(int... numbers) {
        var agents = new ArrayList<Agent>();
        for (int number : numbers) {
            agents.add(agent(number));
        }
        return Roster.of(agents);
    }

    /** Some of at most 40 agents, some of them with another address, port or pause than they usually have. */
    static Roster random(Random random) {
        var agents = new ArrayList<Agent>();
        for (int i = 0; i < 40; i++) {
            if (random.nextBoolean()) {
                Agent usual = agent(i);
                boolean different = random.nextInt(4) == 0;
                agents.add(different
                        ? new Agent(usual.name(), usual.nodeName(), "10.9.9." + random.nextInt(3),
                                "zone \"" + random.nextInt(3) + "\" ☃", random.nextInt(3) * 8080, random.nextBoolean(),
                                random.nextBoolean())
                        : usual);
            }
        }
        return Roster.of(agents);
    }

    static List<Agent> shuffled(Roster roster, Random random) {
        var agents = new ArrayList<>(roster.agents());
        Collections.shuffle(agents, random);
        return agents;
    }
}
