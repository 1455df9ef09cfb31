package io.kconmon.shared.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Self-signed certificates for 127.0.0.1, made by the JDK's keytool. */
final class Certificates {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private Certificates() {
    }

    /** Writes {@code NAME.crt} and {@code NAME.key}, the latter as PKCS #8. */
    static void make(Path folder, String name, String algorithm) throws Exception {
        make(folder, name, algorithm, "-ext", "SAN=IP:127.0.0.1", "-validity", "2");
    }

    /** The same, with keytool's options for names and times. */
    static void make(Path folder, String name, String algorithm, String... options) throws Exception {
        Path store = folder.resolve(name + ".p12");
        Files.deleteIfExists(store);
        var command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-alias", "a", "-keyalg", algorithm, "-dname", "CN=" + name, "-keystore",
                store.toString(), "-storepass", new String(PASSWORD)));
        command.addAll(List.of(options));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IllegalStateException(said);
        }
        KeyStore keys = load(store);
        pem(folder.resolve(name + ".crt"), "CERTIFICATE", keys.getCertificate("a").getEncoded());
        Key key = keys.getKey("a", PASSWORD);
        pem(folder.resolve(name + ".key"), "PRIVATE KEY", key.getEncoded());
    }

    private static KeyStore load(Path store) throws GeneralSecurityException, IOException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        return keys;
    }

    static void pem(Path file, String kind, byte[] der) throws IOException {
        Files.writeString(file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(kind,
                Base64.getMimeEncoder(64, new byte[]{'\n'}).encodeToString(der), kind));
    }
}
