package io.kconmon.shared.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/** IP literals, read without ever asking DNS. */
public final class IpAddress {

    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile("(%s\\.){3}%s".formatted(OCTET, OCTET));
    /** What begins with anything else the JDK takes for a host name. */
    private static final Pattern IPV6_SHAPE = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]{1,44}(%[\\w.-]{1,15})?");

    private IpAddress() {
    }

    public static boolean isLiteral(String text) {
        if (IPV4.matcher(text).matches()) {
            return true;
        }
        if (text.indexOf(':') < 0 || !IPV6_SHAPE.matcher(text).matches()) {
            return false;
        }
        try {
            var unused = InetAddress.getByName(text);
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** @throws IllegalArgumentException if the text is not an IP literal */
    public static InetAddress of(String literal) {
        if (!isLiteral(literal)) {
            throw new IllegalArgumentException("\"%s\" is not an IPv4 or IPv6 address".formatted(literal));
        }
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }
}
