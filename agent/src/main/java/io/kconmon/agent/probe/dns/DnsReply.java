package io.kconmon.agent.probe.dns;

import io.kconmon.agent.probe.Cause;
import java.io.IOException;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSInput;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Judges the reply to a question, by RFC 1035, 4.1. The caller has checked that the identifiers match. */
final class DnsReply {

    private static final int HEADER_BYTES = 12;

    private final Record question;
    private final byte[] wire;

    DnsReply(Record question, byte[] wire) {
        this.question = question;
        this.wire = wire;
    }

    /** The reason why the reply has no address; empty if it has one. */
    record Problem(Cause cause, String detail) {
    }

    /** Whether the answer did not fit, so that the question is to be asked again over TCP (RFC 7766, 5). */
    boolean isTruncated() {
        try {
            Header header = new Header(wire);
            return problem(header).isEmpty() && header.getFlag(Flags.TC);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * The error of the reply. An error code counts whatever the shape of the rest: many servers leave the rest out.
     */
    Optional<Problem> problem() {
        try {
            if (wire.length < HEADER_BYTES) {
                return bad("%d bytes are no message".formatted(wire.length));
            }
            Optional<Problem> problem = problem(new Header(wire));
            if (problem.isPresent()) {
                return problem;
            }
            var message = new Message(wire);
            return message.getQuestion() == null
                    ? bad("it has no question")
                    : addresses(message.getSection(Section.ANSWER));
        } catch (IOException | RuntimeException e) { // dnsjava throws both at malformed input
            return bad(String.valueOf(e.getMessage()));
        }
    }

    private Optional<Problem> problem(Header header) {
        if (!header.getFlag(Flags.QR)) {
            return bad("it is a query, not a response");
        }
        if (header.getOpcode() != Opcode.QUERY) {
            return bad("its opcode is %s".formatted(Opcode.string(header.getOpcode())));
        }
        int rcode = header.getRcode();
        Optional<Problem> other = otherQuestion(header, rcode != Rcode.NOERROR);
        if (other.isPresent()) {
            return other;
        }
        return switch (rcode) {
            case Rcode.NOERROR -> Optional.empty();
            case Rcode.NXDOMAIN -> problem(Cause.NXDOMAIN, "the name does not exist");
            case Rcode.SERVFAIL -> problem(Cause.SERVFAIL, "the server failed");
            case Rcode.REFUSED -> problem(Cause.REFUSED, "the server refused to answer");
            default -> problem(Cause.BAD_STATUS, "rcode " + Rcode.string(rcode));
        };
    }

    /** @param lenient whether a question that is not there, or cannot be read, does not matter */
    private Optional<Problem> otherQuestion(Header header, boolean lenient) {
        int count = header.getCount(Section.QUESTION);
        if (count != 1) {
            return lenient ? Optional.empty() : bad("it has %d questions".formatted(count));
        }
        try {
            var in = new DNSInput(wire);
            in.jump(HEADER_BYTES);
            var name = new Name(in);
            int type = in.readU16();
            int dnsClass = in.readU16();
            return name.equals(question.getName()) && type == question.getType() && dnsClass == question.getDClass()
                    ? Optional.empty()
                    : bad("it answers another question: %s %s %s".formatted(name, DClass.string(dnsClass),
                            Type.string(type)));
        } catch (IOException | RuntimeException e) {
            return lenient ? Optional.empty() : bad(String.valueOf(e.getMessage()));
        }
    }

    /** The addresses of the name, or of the name that its aliases (RFC 1034, 3.6.2) lead to. */
    private Optional<Problem> addresses(List<Record> answers) {
        Set<Name> names = aliases(answers);
        boolean isUnspecified = false;
        boolean isOther = false;
        for (Record record : answers) {
            boolean isOurs = record.getDClass() == question.getDClass() && names.contains(record.getName());
            if (isOurs && record.getType() == question.getType()) {
                if (!isUnspecified(record)) {
                    return Optional.empty();
                }
                isUnspecified = true;
            } else {
                isOther |= switch (record.getType()) {
                    case Type.CNAME -> !isOurs;
                    case Type.DNAME, Type.RRSIG -> false; // they come with aliases (RFC 6672, 3.1) and signatures
                    default -> true;
                };
            }
        }
        String type = Type.string(question.getType());
        if (isUnspecified) {
            return problem(Cause.NODATA, "the unspecified address, as a filter answers");
        }
        return isOther
                ? bad("its answers are not %s records of the name".formatted(type))
                : problem(Cause.NODATA, "no %s record".formatted(type));
    }

    /** The name, and the names that it is an alias of; the order of the records does not matter. */
    private Set<Name> aliases(List<Record> answers) {
        var names = new HashSet<Name>(Set.of(question.getName()));
        for (boolean grows = true; grows;) {
            grows = false;
            for (Record record : answers) {
                if (record instanceof CNAMERecord alias && alias.getDClass() == question.getDClass()
                        && names.contains(alias.getName())) {
                    grows |= names.add(alias.getTarget());
                }
            }
        }
        return names;
    }

    private static boolean isUnspecified(Record record) {
        InetAddress address = switch (record) {
            case ARecord it -> it.getAddress();
            case AAAARecord it -> it.getAddress();
            default -> null;
        };
        return address == null || address.isAnyLocalAddress();
    }

    private static Optional<Problem> bad(String detail) {
        return problem(Cause.BAD_REPLY, detail);
    }

    private static Optional<Problem> problem(Cause cause, String detail) {
        return Optional.of(new Problem(cause, detail));
    }
}
