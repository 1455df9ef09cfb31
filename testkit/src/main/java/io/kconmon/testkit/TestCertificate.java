package io.kconmon.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A certificate (RFC 5280) and its key, made in this process: keytool would take a JVM for each of several steps. */
public final class TestCertificate {

    private static final AtomicInteger SERIAL = new AtomicInteger();
    private static final String P256 = "1.2.840.10045.3.1.7";

    private final String name;
    private final KeyPair keys;
    private final byte[] certificate;

    private TestCertificate(String name, KeyPair keys, byte[] certificate) {
        this.name = name;
        this.keys = keys;
        this.certificate = certificate;
    }

    /** For 127.0.0.1, valid now, signed by itself. */
    public static TestCertificate make(String name, String algorithm) {
        return named(name).algorithm(algorithm).names("IP:127.0.0.1").make();
    }

    /** A draft of P-256 with this name alone, valid from an hour ago for two days, signed by itself. */
    public static Draft named(String name) {
        return new Draft(name, "EC", List.of(), Duration.ofHours(-1), Duration.ofDays(2), false, Optional.empty());
    }

    /** A certificate that is not made yet; its times are relative to now. */
    public record Draft(String name, String algorithm, List<String> names, Duration from, Duration until,
            boolean authority, Optional<TestCertificate> issuer) {

        /** {@code EC}, {@code RSA} or {@code Ed25519}. */
        public Draft algorithm(String other) {
            return new Draft(name, other, names, from, until, authority, issuer);
        }

        /** Alternative names, as in {@code DNS:example.com} and {@code IP:127.0.0.1}. */
        public Draft names(String... others) {
            return new Draft(name, algorithm, List.of(others), from, until, authority, issuer);
        }

        public Draft valid(Duration since, Duration to) {
            return new Draft(name, algorithm, names, since, to, authority, issuer);
        }

        /** One that may sign others. */
        public Draft asAuthority() {
            return new Draft(name, algorithm, names, from, until, true, issuer);
        }

        public Draft signedBy(TestCertificate other) {
            return new Draft(name, algorithm, names, from, until, authority, Optional.of(other));
        }

        public TestCertificate make() {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
                if (!algorithm.equals("Ed25519")) {
                    generator.initialize(algorithm.equals("EC") ? 256 : 2048);
                }
                KeyPair keys = generator.generateKeyPair();
                return new TestCertificate(name, keys, certificate(keys));
            } catch (GeneralSecurityException | IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private byte[] certificate(KeyPair keys) throws GeneralSecurityException, IOException {
            PrivateKey signer = issuer.map(it -> it.keys.getPrivate()).orElse(keys.getPrivate());
            Instant now = Instant.now();
            byte[] signed = Der.sequence(Der.tagged(0xa0, Der.integer(2)), // version 3
                    Der.integer(SERIAL.incrementAndGet()), signatureOf(signer),
                    distinguished(issuer.map(it -> it.name).orElse(name)),
                    Der.sequence(Der.time(now.plus(from)), Der.time(now.plus(until))), distinguished(name),
                    keys.getPublic().getEncoded(), Der.tagged(0xa3, Der.sequence(extensions())));
            Signature signature = Signature.getInstance(switch (signer.getAlgorithm()) {
                case "EC" -> "SHA256withECDSA";
                case "RSA" -> "SHA256withRSA";
                default -> "Ed25519";
            });
            signature.initSign(signer);
            signature.update(signed);
            return Der.sequence(signed, signatureOf(signer), Der.bitString(signature.sign()));
        }

        private static byte[] signatureOf(PrivateKey signer) {
            return switch (signer.getAlgorithm()) {
                case "EC" -> Der.sequence(Der.identifier("1.2.840.10045.4.3.2"));
                case "RSA" -> Der.sequence(Der.identifier("1.2.840.113549.1.1.11"), Der.none());
                default -> Der.sequence(Der.identifier("1.3.101.112"));
            };
        }

        private static byte[] distinguished(String name) {
            return Der.sequence(Der.set(Der.sequence(Der.identifier("2.5.4.3"), Der.text(name))));
        }

        private List<byte[]> extensions() throws IOException {
            var extensions = new ArrayList<byte[]>();
            byte[] constraints = authority ? Der.sequence(Der.yes()) : Der.sequence();
            extensions.add(Der.sequence(Der.identifier("2.5.29.19"), Der.yes(), Der.octets(constraints)));
            var alternatives = new ArrayList<byte[]>();
            for (String each : names) {
                String value = each.substring(each.indexOf(':') + 1);
                alternatives.add(each.startsWith("IP:")
                        ? Der.tagged(0x87, InetAddress.getByName(value).getAddress())
                        : Der.tagged(0x82, value.getBytes(StandardCharsets.US_ASCII)));
            }
            if (!names.isEmpty()) {
                extensions.add(Der.sequence(Der.identifier("2.5.29.17"), Der.octets(Der.sequence(alternatives))));
            }
            return extensions;
        }
    }

    /** Writes {@code NAME.crt} and {@code NAME.key} of its own name, the latter as PKCS #8. */
    public TestCertificate write(Path folder) throws IOException {
        return write(folder.resolve(name + ".crt"), folder.resolve(name + ".key"));
    }

    public TestCertificate write(Path certificateFile, Path keyFile) throws IOException {
        Files.writeString(certificateFile, pem());
        Files.writeString(keyFile, keyPem());
        return this;
    }

    public String pem() {
        return pem("CERTIFICATE", certificate);
    }

    public String keyPem() {
        return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** An RSA key as PKCS #1 (RFC 8017, A.1.2). */
    public String pkcs1Pem() {
        var key = (RSAPrivateCrtKey) keys.getPrivate();
        return pem("RSA PRIVATE KEY", Der.sequence(Der.integer(0), Der.tagged(2, key.getModulus().toByteArray()),
                Der.tagged(2, key.getPublicExponent().toByteArray()),
                Der.tagged(2, key.getPrivateExponent().toByteArray()), Der.tagged(2, key.getPrimeP().toByteArray()),
                Der.tagged(2, key.getPrimeQ().toByteArray()), Der.tagged(2, key.getPrimeExponentP().toByteArray()),
                Der.tagged(2, key.getPrimeExponentQ().toByteArray()),
                Der.tagged(2, key.getCrtCoefficient().toByteArray())));
    }

    /** An EC key as SEC 1 (RFC 5915), with its curve in it, as openssl writes it after a block of parameters. */
    public String sec1Pem() {
        byte[] number = ((ECPrivateKey) keys.getPrivate()).getS().toByteArray();
        var secret = new byte[32];
        byte[] digits = Arrays.copyOfRange(number, Math.max(0, number.length - 32), number.length);
        System.arraycopy(digits, 0, secret, 32 - digits.length, digits.length);
        byte[] curve = Der.identifier(P256);
        return pem("EC PARAMETERS", curve) + pem("EC PRIVATE KEY",
                Der.sequence(Der.integer(1), Der.octets(secret), Der.tagged(0xa0, curve)));
    }

    public static String pem(String kind, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind,
                Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der), kind);
    }
}
