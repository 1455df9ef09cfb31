package io.kconmon.agent.probe.dns;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.function.Supplier;
import org.xbill.DNS.Type;

/** Which addresses a lookup asks for where no type is set: those that this machine can speak with. */
final class AddressType {

    private AddressType() {
    }

    /**
     * A or AAAA (RFC 3596), by the address at which others know the agent.
     *
     * @param own
     *            a wildcard address if that is not known
     * @param machines
     *            asked only in that case
     */
    static int of(InetAddress own, Supplier<List<InetAddress>> machines) {
        if (!own.isAnyLocalAddress()) {
            return own instanceof Inet6Address ? Type.AAAA : Type.A;
        }
        List<InetAddress> others = machines.get().stream().filter(it -> !it.isLoopbackAddress()
                && !it.isLinkLocalAddress()).toList();
        boolean onlySix = !others.isEmpty() && others.stream().noneMatch(Inet4Address.class::isInstance);
        return onlySix ? Type.AAAA : Type.A;
    }

    /** The addresses of this machine's, or this pod's, interfaces. */
    static List<InetAddress> ofThisMachine() {
        try {
            return NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses).toList();
        } catch (SocketException e) {
            return List.of(); // unknown
        }
    }
}
