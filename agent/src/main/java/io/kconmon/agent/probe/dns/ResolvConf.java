package io.kconmon.agent.probe.dns;

import io.kconmon.shared.net.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The name servers that a C library would ask (resolv.conf(5)): the first three that can be used. Lines that cannot be
 * used are skipped; if none is left, or there is no file, the server is this machine. Options are ignored: the test has
 * its own timeout and its own rule.
 */
final class ResolvConf {

    private static final Path FILE = Path.of("/etc/resolv.conf");
    /** MAXNS of {@code resolv.h}. */
    private static final int MOST_SERVERS = 3;
    private static final int MOST_BYTES = 64 * 1024;
    private static final int DNS_PORT = 53;
    private static final Pattern NUMBER = Pattern.compile("0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*");
    private static final InetAddress LOCALHOST = IpAddress.of("127.0.0.1");
    private static final InetAddress LOCALHOST_6 = IpAddress.of("::1");

    private ResolvConf() {
    }

    /** The name servers of the file as it is now. */
    static List<InetSocketAddress> servers() {
        return servers(FILE);
    }

    static List<InetSocketAddress> servers(Path file) {
        String text = "";
        if (Files.isRegularFile(file)) { // to read anything else may take for ever
            try (InputStream in = Files.newInputStream(file)) {
                text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1);
            } catch (IOException e) {
                // as if it were not there
            }
        }
        return servers(text);
    }

    static List<InetSocketAddress> servers(String text) {
        List<InetSocketAddress> found = text.lines().flatMap(line -> address(line).stream()).distinct()
                .limit(MOST_SERVERS).map(it -> new InetSocketAddress(it, DNS_PORT)).toList();
        return found.isEmpty() ? List.of(new InetSocketAddress(LOCALHOST, DNS_PORT)) : found;
    }

    /** The keyword begins the line; text after the address is ignored. */
    private static Optional<InetAddress> address(String line) {
        String[] words = line.split("[\\s\\x00]+", 3);
        return words.length > 1 && words[0].equals("nameserver")
                ? literal(words[1]).map(ResolvConf::specified)
                : Optional.empty();
    }

    private static Optional<InetAddress> literal(String text) {
        return IpAddress.isLiteral(text) ? Optional.of(IpAddress.of(text)) : oldStyle(text);
    }

    /** A packet to the unspecified address goes to this machine, and its answer comes from another address. */
    private static InetAddress specified(InetAddress address) {
        return !address.isAnyLocalAddress() ? address : address.getAddress().length == 4 ? LOCALHOST : LOCALHOST_6;
    }

    /** As inet_aton(3): one to four numbers, decimal, octal or hexadecimal, of which the last one fills the rest. */
    private static Optional<InetAddress> oldStyle(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length > 4) {
            return Optional.empty();
        }
        try {
            long value = 0;
            for (int i = 0; i < parts.length; i++) {
                long part = number(parts[i]);
                int bits = i < parts.length - 1 ? 8 : 8 * (5 - parts.length);
                if (part >>> bits != 0) {
                    return Optional.empty();
                }
                value = value << bits | part;
            }
            var bytes = new byte[]{(byte) (value >>> 24), (byte) (value >>> 16), (byte) (value >>> 8), (byte) value};
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (NumberFormatException | UnknownHostException e) {
            return Optional.empty();
        }
    }

    private static long number(String text) {
        if (!NUMBER.matcher(text).matches()) {
            throw new NumberFormatException(text);
        }
        return Stream.of("0x", "0X").anyMatch(text::startsWith)
                ? Long.parseUnsignedLong(text, 2, text.length(), 16)
                : Long.parseUnsignedLong(text, text.startsWith("0") ? 8 : 10);
    }
}
