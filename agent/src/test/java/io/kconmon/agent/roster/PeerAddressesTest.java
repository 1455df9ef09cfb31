package io.kconmon.agent.roster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.kconmon.agent.roster.PeerAddresses.Kind;
import io.kconmon.shared.roster.Agent;
import io.kconmon.shared.roster.Roster;
import io.kconmon.testkit.CapturedLog;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressesTest {

    private static final Agent GOOD = new Agent("pod-a", "node-a", "10.0.0.1", "z");

    private static Roster with(String ip) {
        return Roster.of(List.of(GOOD, new Agent("pod-b", "node-b", ip, "z")));
    }

    private static int left(String ip, Kind... allowed) {
        return new PeerAddresses(Set.of(allowed)).of(with(ip)).size() - 1;
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.2", "192.168.1.1", "100.64.0.1", "8.8.8.8", "fd00::1", "2001:db8::1"})
    void anyOrdinaryAddressMayBeTested(String ip) {
        Roster roster = with(ip);
        assertSame(roster, new PeerAddresses(Set.of()).of(roster));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.77.0.1", "::1", "::ffff:127.0.0.1"})
    void loopbackMayNotBeTested(String ip) {
        assertEquals(0, left(ip));
        assertEquals(0, left(ip, Kind.LINK_LOCAL));
        assertEquals(1, left(ip, Kind.LOOPBACK));
    }

    @ParameterizedTest
    @ValueSource(strings = {"169.254.169.254", "fe80::1"})
    void linkLocalAddressesMayNotBeTested(String ip) {
        assertEquals(0, left(ip, Kind.LOOPBACK));
        assertEquals(1, left(ip, Kind.LINK_LOCAL));
    }

    @ParameterizedTest
    @ValueSource(strings = {"224.0.0.1", "239.1.2.3", "ff02::1", "255.255.255.255", "0.0.0.0", "::"})
    void unspecifiedAndMulticastAddressesMayNeverBeTested(String ip) {
        assertEquals(0, left(ip, Kind.LOOPBACK, Kind.LINK_LOCAL));
    }

    @Test
    void aRefusalIsOneLine() {
        try (var log = CapturedLog.withLevels("agent")) {
            Roster roster = Roster.of(List.of(GOOD, new Agent("pod-b", "node-b", "127.0.0.1", "z"),
                    new Agent("pod-c", "node-c", "224.0.0.1", "z")));
            var addresses = new PeerAddresses(Set.of());
            for (int i = 0; i < 3; i++) {
                assertEquals(Roster.of(List.of(GOOD)), addresses.of(roster));
            }
            assertEquals(List.of("WARNING part of the roster was refused: no agent is tested at a loopback, link-local,"
                    + " multicast or broadcast address unless special-peers allows it"
                    + " {agents=2, first=pod-b, ip=127.0.0.1}"), log.lines());
        }
    }
}
