package io.kconmon.agent.support;

import io.kconmon.shared.net.IpAddress;
import java.net.InetAddress;

/** Addresses of this machine alone. */
public final class Loopback {

    public static final InetAddress ONE = IpAddress.of("127.0.0.1");
    public static final InetAddress TWO = IpAddress.of("127.0.0.2");
    /** Where nobody has TCP ports but our name servers, so that the number of a free UDP port is free there, too. */
    public static final InetAddress DNS = IpAddress.of("127.0.0.53");
    public static final InetAddress SIX = IpAddress.of("::1");
    /** TEST-NET-1 (RFC 5737): no machine has it, so that nothing can be sent from it. */
    public static final InetAddress NOT_OURS = IpAddress.of("192.0.2.1");

    private Loopback() {
    }
}
