package io.kconmon.shared.tls;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and private keys in PEM (RFC 7468), as cert-manager and openssl write them. */
public final class Pem {

    private static final Pattern KEY = Pattern
            .compile("-----BEGIN (RSA |EC |)PRIVATE KEY-----([A-Za-z0-9+/=\\s]{1,20000})-----END");
    private static final Pattern CERTIFICATE = Pattern
            .compile("-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\\s]{1,100000})-----END");
    private static final byte[] VERSION_0 = HexFormat.of().parseHex("020100");
    /** SEQUENCE of the OID rsaEncryption (RFC 8017, A.1) and NULL. */
    private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
    /** The OID id-ecPublicKey (RFC 5480, 2.1.1); that of the curve follows it. */
    private static final byte[] EC = HexFormat.of().parseHex("06072a8648ce3d0201");

    private Pem() {
    }

    /** @throws IllegalArgumentException in one line, if there is none */
    public static List<X509Certificate> certificates(byte[] pem) {
        Matcher matcher = CERTIFICATE.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        var certificates = new ArrayList<X509Certificate>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (matcher.find()) {
                byte[] der = Base64.getMimeDecoder().decode(matcher.group(1));
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (CertificateException | IllegalArgumentException e) {
            throw new IllegalArgumentException("a certificate in it cannot be read", e);
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("it must hold certificates in PEM");
        }
        return certificates;
    }

    /** @throws IllegalArgumentException in one line, if there is none */
    public static PrivateKey privateKey(byte[] pem) {
        Matcher matcher = KEY.matcher(new String(pem, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new IllegalArgumentException("the private key's file must hold one in PEM, without a password");
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
            return switch (matcher.group(1)) {
                case "RSA " -> of("RSA", pkcs8(RSA, der));
                case "EC " -> of("EC", pkcs8(der(0x30, EC, curve(der)), der));
                default -> ofAny(der);
            };
        } catch (GeneralSecurityException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the private key cannot be read", e);
        }
    }

    /** @throws IllegalArgumentException in one line, if the key is not the certificate's */
    public static void requirePair(X509Certificate certificate, PrivateKey key) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            boolean pair = certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm());
            if (pair) {
                Signature signature = Signature.getInstance(algorithm);
                signature.initSign(key);
                byte[] signed = signature.sign();
                signature.initVerify(certificate);
                pair = signature.verify(signed);
            }
            if (!pair) {
                throw new IllegalArgumentException("the private key is not the certificate's");
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificate and the private key cannot be used", e);
        }
    }

    private static PrivateKey ofAny(byte[] der) throws GeneralSecurityException {
        for (String algorithm : List.of("RSA", "EC")) {
            try {
                return of(algorithm, der);
            } catch (GeneralSecurityException e) {
                // another kind of key
            }
        }
        return of("EdDSA", der);
    }

    private static PrivateKey of(String algorithm, byte[] pkcs8) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    }

    /** RFC 5958: version, algorithm, and the older form of the key as it is. */
    private static byte[] pkcs8(byte[] algorithm, byte[] key) {
        return der(0x30, VERSION_0, algorithm, der(0x04, key));
    }

    /** RFC 5915: ECPrivateKey is a SEQUENCE of the version, the key, and in [0] the curve's OID. */
    private static byte[] curve(byte[] der) {
        int at = content(der, 0);
        at = content(der, at) + length(der, at); // after the version
        at = content(der, at) + length(der, at); // after the key
        if ((der[at] & 0xff) != 0xa0) {
            throw new IllegalArgumentException("no curve");
        }
        int from = content(der, at);
        return java.util.Arrays.copyOfRange(der, from, from + length(der, at));
    }

    private static int content(byte[] der, int at) {
        return der[at + 1] >= 0 ? at + 2 : at + 2 + (der[at + 1] & 0x7f);
    }

    private static int length(byte[] der, int at) {
        if (der[at + 1] >= 0) {
            return der[at + 1];
        }
        int length = 0;
        for (int i = at + 2; i < content(der, at); i++) {
            length = length << 8 | (der[i] & 0xff);
        }
        return length;
    }

    private static byte[] der(int tag, byte[]... parts) {
        var content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        var out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        if (length < 0x80) {
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
