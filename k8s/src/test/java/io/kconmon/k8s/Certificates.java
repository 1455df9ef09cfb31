package io.kconmon.k8s;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Authorities and what they sign, made by the JDK's keytool. */
final class Certificates {

    private static final String PASSWORD = "changeit";

    private Certificates() {
    }

    /** Some authority, where it does not matter which. */
    static void copy(Path file) throws IOException {
        try {
            Path folder = Files.createTempDirectory("ca");
            authority(folder, "any");
            Files.move(folder.resolve("any.crt"), file);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Writes {@code NAME.crt}; it can sign. */
    static void authority(Path folder, String name) throws IOException, InterruptedException {
        keytool("-genkeypair", "-alias", "a", "-keyalg", "EC", "-dname", "CN=" + name, "-ext", "bc:c", "-keystore",
                folder.resolve(name + ".p12").toString());
        Files.writeString(folder.resolve(name + ".crt"), keytool("-exportcert", "-rfc", "-alias", "a", "-keystore",
                folder.resolve(name + ".p12").toString()));
    }

    /** Writes {@code NAME.crt}, signed by that authority, and {@code NAME.key}, as PKCS #8. */
    static PrivateKey signed(Path folder, String name, String authority, String algorithm, String san)
            throws Exception {
        String store = folder.resolve(name + ".p12").toString();
        Path request = folder.resolve(name + ".csr");
        if (!Files.exists(Path.of(store))) { // each call of keytool is a JVM
            make(folder, name, authority, algorithm, san, store, request);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(store))) {
            keys.load(in, PASSWORD.toCharArray());
        }
        var key = (PrivateKey) keys.getKey("a", PASSWORD.toCharArray());
        Files.writeString(folder.resolve(name + ".key"), pem("PRIVATE KEY", key.getEncoded()));
        return key;
    }

    private static void make(Path folder, String name, String authority, String algorithm, String san, String store,
            Path request) throws IOException, InterruptedException {
        keytool("-genkeypair", "-alias", "a", "-keyalg", algorithm, "-dname", "CN=" + name, "-keystore", store,
                algorithm.equals("EC") ? "-groupname" : "-v", algorithm.equals("EC") ? "secp256r1" : "-v");
        Files.writeString(request, keytool("-certreq", "-alias", "a", "-keystore", store));
        Files.writeString(folder.resolve(name + ".crt"), keytool("-gencert", "-rfc", "-alias", "a", "-ext",
                "SAN=" + san, "-infile", request.toString(), "-keystore",
                folder.resolve(authority + ".p12").toString()));
    }

    static String pem(String kind, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind,
                Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der), kind);
    }

    /** A PKCS #1 key is what an RSA key in PKCS #8 has inside: the last OCTET STRING, of more than 255 bytes. */
    static String pkcs1(PrivateKey key) {
        byte[] der = key.getEncoded();
        int at = 4 + 3 + 15; // SEQUENCE, version, algorithm
        return pem("RSA PRIVATE KEY", Arrays.copyOfRange(der, at + 4, der.length));
    }

    /** A SEC 1 key (RFC 5915) of P-256, with its curve in it, as openssl writes it after a block of parameters. */
    static String sec1(PrivateKey key) {
        byte[] curve = HexFormat.of().parseHex("06082a8648ce3d030107");
        byte[] secret = ((ECPrivateKey) key).getS().toByteArray();
        var padded = new byte[32];
        int from = Math.max(0, secret.length - 32);
        System.arraycopy(secret, from, padded, 32 - (secret.length - from), secret.length - from);
        var der = new ByteArrayOutputStream();
        der.writeBytes(new byte[]{0x30, (byte) (3 + 2 + 32 + 2 + curve.length), 2, 1, 1, 4, 32});
        der.writeBytes(padded);
        der.writeBytes(new byte[]{(byte) 0xa0, (byte) curve.length});
        der.writeBytes(curve);
        return pem("EC PARAMETERS", curve) + pem("EC PRIVATE KEY", der.toByteArray());
    }

    private static String keytool(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("-storepass", PASSWORD, "-validity", "2"));
        if (!List.of(words).contains("-genkeypair") && !List.of(words).contains("-gencert")) {
            command.removeLast();
            command.removeLast();
        }
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + said);
        }
        return said;
    }
}
