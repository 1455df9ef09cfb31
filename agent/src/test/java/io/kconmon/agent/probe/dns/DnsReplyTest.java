package io.kconmon.agent.probe.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kconmon.agent.probe.Cause;
import io.kconmon.agent.support.Loopback;
import io.kconmon.shared.net.IpAddress;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class DnsReplyTest {

    private static final Name NAME = name("kconmon.test.");
    private static final Record QUESTION = Record.newRecord(NAME, Type.A, DClass.IN);

    private static Name name(String text) {
        try {
            return Name.fromString(text);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static ARecord a(String owner, String address) {
        return new ARecord(name(owner), DClass.IN, 60, IpAddress.of(address));
    }

    private static CNAMERecord alias(String owner, String target) {
        return new CNAMERecord(name(owner), DClass.IN, 60, name(target));
    }

    private static Message answer(Record... records) {
        var message = new Message(1);
        message.getHeader().setFlag(Flags.QR);
        message.addRecord(QUESTION, Section.QUESTION);
        List.of(records).forEach(record -> message.addRecord(record, Section.ANSWER));
        return message;
    }

    private static Optional<Cause> causeOf(byte[] wire) {
        return new DnsReply(QUESTION, wire).problem().map(DnsReply.Problem::cause);
    }

    private static Optional<Cause> causeOf(Record... answers) {
        return causeOf(answer(answers).toWire());
    }

    private static Optional<Cause> causeOf(Consumer<Message> change) {
        Message message = answer(a("kconmon.test.", "192.0.2.1"));
        change.accept(message);
        return causeOf(message.toWire());
    }

    private static void passes(Optional<Cause> cause) {
        assertEquals(Optional.empty(), cause);
    }

    private static void isBad(Optional<Cause> cause) {
        assertEquals(Optional.of(Cause.BAD_REPLY), cause);
    }

    @Test
    void anAddressOfTheNamePasses() {
        passes(causeOf(a("kconmon.test.", "192.0.2.1")));
        passes(causeOf(a("KCONMON.test.", "192.0.2.1")));
        passes(causeOf(a("other.test.", "192.0.2.1"), a("kconmon.test.", "192.0.2.1")));
    }

    @Test
    void aQueryIsNotAResponse() {
        isBad(causeOf(it -> it.getHeader().unsetFlag(Flags.QR)));
    }

    @ParameterizedTest
    @ValueSource(ints = {Opcode.IQUERY, Opcode.STATUS, Opcode.NOTIFY, Opcode.UPDATE, 15})
    void anotherOpcodeIsNotAResponse(int opcode) {
        isBad(causeOf(it -> it.getHeader().setOpcode(opcode)));
    }

    @ParameterizedTest
    @CsvSource({"other.test., A, IN", "kconmon.test., AAAA, IN", "kconmon.test., A, CH", "sub.kconmon.test., A, IN"})
    void anAnswerToAnotherQuestionIsRejected(String name, String type, String dnsClass) {
        for (int rcode : List.of(Rcode.NOERROR, Rcode.NXDOMAIN)) {
            isBad(causeOf(it -> {
                it.removeAllRecords(Section.QUESTION);
                it.addRecord(Record.newRecord(name(name), Type.value(type), DClass.value(dnsClass)), Section.QUESTION);
                it.getHeader().setRcode(rcode);
            }));
        }
    }

    @Test
    void aReplyHasExactlyOneQuestion() {
        isBad(causeOf(it -> it.removeAllRecords(Section.QUESTION)));
        isBad(causeOf(it -> it.addRecord(Record.newRecord(name("b.test."), Type.A, DClass.IN), Section.QUESTION)));
    }

    @ParameterizedTest
    @CsvSource({"NXDOMAIN, NXDOMAIN", "SERVFAIL, SERVFAIL", "REFUSED, REFUSED", "FORMERR, BAD_STATUS",
            "NOTIMP, BAD_STATUS"})
    void anErrorCodeCountsDespiteTheRestOfTheReply(String rcode, Cause cause) {
        Message message = answer();
        message.getHeader().setRcode(Rcode.value(rcode));
        byte[] whole = message.toWire();
        byte[] headerAlone = Arrays.copyOf(whole, 12); // which still counts a question
        byte[] noQuestion = headerAlone.clone();
        noQuestion[5] = 0;
        byte[] garbage = Arrays.copyOf(whole, 60);
        Arrays.fill(garbage, 12, 60, (byte) 0xff);
        for (byte[] wire : List.of(whole, headerAlone, noQuestion, garbage)) {
            assertEquals(Optional.of(cause), causeOf(wire));
        }
    }

    @Test
    void aliasesAreFollowedInAnyOrder() {
        passes(causeOf(alias("kconmon.test.", "b.test."), alias("b.test.", "c.test."), a("c.test.", "192.0.2.1")));
        passes(causeOf(a("c.test.", "192.0.2.1"), alias("b.test.", "c.test."), alias("kconmon.test.", "b.test.")));
        passes(causeOf(new DNAMERecord(name("test."), DClass.IN, 60, name("example.")),
                alias("kconmon.test.", "kconmon.example."), a("kconmon.example.", "192.0.2.1")));
    }

    @Test
    void anAddressOfAnotherNameIsNotAnAnswer() {
        isBad(causeOf(a("other.test.", "192.0.2.1")));
        isBad(causeOf(alias("kconmon.test.", "b.test."), a("c.test.", "192.0.2.1")));
        isBad(causeOf(alias("other.test.", "b.test."), a("b.test.", "192.0.2.1")));
    }

    @Test
    void anotherTypeOrClassIsNotAnAnswer() {
        isBad(causeOf(new AAAARecord(NAME, DClass.IN, 60, Loopback.SIX)));
        isBad(causeOf(new ARecord(NAME, DClass.CH, 60, Loopback.ONE)));
    }

    @Test
    void noAddressIsNoData() {
        assertEquals(Optional.of(Cause.NODATA), causeOf());
        assertEquals(Optional.of(Cause.NODATA), causeOf(alias("kconmon.test.", "b.test.")));
        assertEquals(Optional.of(Cause.NODATA),
                causeOf(alias("kconmon.test.", "b.test."), alias("b.test.", "kconmon.test.")), "and a ring ends");
    }

    @Test
    void theUnspecifiedAddressIsNoData() {
        assertEquals(Optional.of(Cause.NODATA), causeOf(a("kconmon.test.", "0.0.0.0")));
        passes(causeOf(a("kconmon.test.", "0.0.0.0"), a("kconmon.test.", "192.0.2.1")));
        Record six = Record.newRecord(NAME, Type.AAAA, DClass.IN);
        var message = new Message(1);
        message.getHeader().setFlag(Flags.QR);
        message.addRecord(six, Section.QUESTION);
        message.addRecord(new AAAARecord(NAME, DClass.IN, 60, IpAddress.of("::")), Section.ANSWER);
        assertEquals(Optional.of(Cause.NODATA),
                new DnsReply(six, message.toWire()).problem().map(DnsReply.Problem::cause));
    }

    @Test
    void aTruncatedReplyMustAnswerTheQuestion() {
        Message message = answer();
        message.getHeader().setFlag(Flags.TC);
        assertTrue(new DnsReply(QUESTION, message.toWire()).isTruncated());
        message.getHeader().setRcode(Rcode.SERVFAIL);
        assertFalse(new DnsReply(QUESTION, message.toWire()).isTruncated());
        message.getHeader().setRcode(Rcode.NOERROR);
        message.getHeader().unsetFlag(Flags.QR);
        assertFalse(new DnsReply(QUESTION, message.toWire()).isTruncated());
    }

    /** Whatever comes is judged, and nothing escapes. */
    @Test
    void anyBytesAreJudged() {
        var random = new Random(7);
        byte[] good = answer(alias("kconmon.test.", "b.test."), a("b.test.", "192.0.2.1")).toWire();
        for (int i = 0; i < 20_000; i++) {
            byte[] wire = Arrays.copyOf(good, random.nextInt(good.length + 20));
            for (int j = random.nextInt(6); j > 0 && wire.length > 0; j--) {
                wire[random.nextInt(wire.length)] = (byte) random.nextInt();
            }
            var reply = new DnsReply(QUESTION, wire);
            assertTrue(reply.problem().isPresent() || wire.length >= 12 || reply.isTruncated());
        }
    }
}
