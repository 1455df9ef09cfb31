package io.kconmon.shared.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class IpAddressTest {

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "10.0.0.1", "127.0.0.1", "255.255.255.255", "::", "::1", "fd00::1", "FD00::A",
            "2001:db8:1:2:3:4:5:6", "::ffff:10.0.0.1"})
    void literals(String text) {
        assertTrue(IpAddress.isLiteral(text));
        assertFalse(IpAddress.of(text).getHostAddress().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "localhost", "kconmon", "example.com", "10.0.0", "10.0.0.256", "10.0.0.01",
            "010.0.0.1", "0x0a.0.0.1", "167772161", "10.0.0.1.", "10.0.0.1:80", "1:2", ":::", "1::2::3", "::g", "a:b",
            "::1%", "[::1]", ".::1", "..:1", "-::1", "%::1", "host:80", "::1 ", "１0.0.0.1", "::1\n",
            "1:2:3:4:5:6:7:8:9"})
    void notLiterals(String text) {
        assertFalse(IpAddress.isLiteral(text));
        assertEquals("\"%s\" is not an IPv4 or IPv6 address".formatted(text),
                assertThrows(IllegalArgumentException.class, () -> IpAddress.of(text)).getMessage());
    }

    @Test
    void literalsAreReadAsTheirAddress() {
        assertArrayEquals(new byte[]{10, 1, 2, (byte) 200}, IpAddress.of("10.1.2.200").getAddress());
        assertEquals("fd00:0:0:0:0:0:0:a", IpAddress.of("FD00::A").getHostAddress());
    }

    /** Names with something of an address in them too, which the JDK would look up. */
    @Test
    void neverLooksANameUp() {
        assertThrows(UnknownHostException.class, () -> InetAddress.getAllByName("seen.invalid"));
        assertTrue(Lookups.NAMES.contains("seen.invalid"), "lookups are not noted");
        for (String name : List.of("a.invalid", ".::1", "..:1", ".a:b", "1.2.3.4.invalid", "-::1", "::1%a.invalid")) {
            assertFalse(IpAddress.isLiteral(name), name);
            assertFalse(Lookups.NAMES.contains(name), name);
        }
    }
}
