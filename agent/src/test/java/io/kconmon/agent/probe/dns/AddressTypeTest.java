package io.kconmon.agent.probe.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.shared.net.IpAddress;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Type;

class AddressTypeTest {

    /** The own address, those of the machine, and what is asked for. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.0.0.1 | fd00::1                          | A
            fd00::1  | 10.0.0.1                         | AAAA
            0.0.0.0  | 127.0.0.1 ::1 fe80::1 fd00::5    | AAAA
            ::       | 127.0.0.1 ::1 fe80::1 2001:db8::5 | AAAA
            0.0.0.0  | 127.0.0.1 ::1 169.254.1.1 fd00::5 | AAAA
            ::       | 127.0.0.1 ::1 10.0.0.5 fd00::5   | A
            0.0.0.0  | 127.0.0.1 10.0.0.5               | A
            ::       | 127.0.0.1 ::1 fe80::1            | A
            """)
    void theTypeIsThatOfTheFamilyThatTheMachineHas(String own, String machines, String type) {
        List<InetAddress> all = Arrays.stream(machines.split(" ")).map(IpAddress::of).toList();
        assertEquals(Type.value(type), AddressType.of(IpAddress.of(own), () -> all));
    }

    @Test
    void theMachinesAddressesAreNotAskedForWithoutNeed() {
        assertEquals(Type.A, AddressType.of(IpAddress.of("10.0.0.1"), () -> {
            throw new AssertionError("they were");
        }));
    }

    @Test
    void thisMachineHasAddresses() {
        assertTrue(AddressType.ofThisMachine().stream().anyMatch(InetAddress::isLoopbackAddress));
    }
}
