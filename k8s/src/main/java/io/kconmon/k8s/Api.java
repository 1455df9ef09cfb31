package io.kconmon.k8s;

import io.kconmon.k8s.Login.Credential;
import io.kconmon.shared.client.ClientAnswer;
import io.kconmon.shared.client.Dialer;
import io.kconmon.shared.client.FailureText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.zip.GZIPInputStream;

/**
 * An API server: GET and POST, blocking, with a deadline for everything. Each request has a connection of its own, so
 * that a dead watch takes nothing else along, and so that each is made with the certificates and the token of now.
 */
final class Api {

    private static final String JSON = "application/json";
    private static final int MAX_STATUS_BYTES = 64 * 1024;
    /** A shorter text may be any word. */
    private static final int LEAST_SECRET = 6;
    private static final int NOT_KNOWN = 401;

    private final ApiServer server;

    Api(ApiServer server) {
        this.server = server;
    }

    String base() {
        return server.address().toString();
    }

    /** An answer that is closed when its time is up, unless it has ended before; its reader gets an exception then. */
    static final class Answer implements AutoCloseable {

        private final ClientAnswer answer;
        private final Deadline deadline;

        private Answer(ClientAnswer answer, Duration left) {
            this.answer = answer;
            this.deadline = new Deadline(answer.socket(), left);
        }

        InputStream body() throws IOException {
            return "gzip".equals(answer.headers().get("content-encoding"))
                    ? new GZIPInputStream(answer.body())
                    : answer.body();
        }

        @Override
        public void close() {
            deadline.close();
            Dialer.closeQuietly(answer.socket());
        }
    }

    /**
     * @param path
     *            including its query, without a leading slash
     * @param within
     *            until the answer begins
     * @param whole
     *            until it ends
     * @throws ApiException
     *             if the answer is not 200
     * @throws IOException
     *             if there is no answer, in one line without secrets
     */
    Answer get(String path, Duration within, Duration whole) throws IOException, InterruptedException {
        return ask("GET", path, JSON, new byte[0], within, whole);
    }

    /**
     * Creates an object.
     *
     * @param path
     *            of its collection, without a leading slash
     * @throws ApiException
     *             if it is not created
     * @throws IOException
     *             if there is no answer, in one line without secrets
     */
    void post(String path, byte[] json, Duration within) throws IOException, InterruptedException {
        ask("POST", path, JSON, json, within, within).close();
    }

    Answer ask(String method, String path, String contentType, byte[] body, Duration within, Duration whole)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Credential credential = server.login().now();
        try {
            ClientAnswer head = head(credential, request(method, path, credential, contentType, body), within);
            var answer = new Answer(head, whole.minusNanos(System.nanoTime() - begin));
            if (head.status() != 200 && head.status() != 201) {
                try (answer) {
                    throw new ApiException(head.status(), message(head.status(), answer));
                }
            }
            return answer;
        } catch (ApiException e) {
            if (e.code() == NOT_KNOWN) {
                server.login().rejected(credential);
            }
            throw new ApiException(e.code(), withoutSecrets(String.valueOf(e.getMessage()), credential));
        } catch (IOException | RuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            String words = withoutSecrets(FailureText.of(e), credential);
            throw e instanceof InterruptedIOException ? new InterruptedIOException(words) : new IOException(words);
        }
    }

    private byte[] request(String method, String path, Credential credential, String contentType, byte[] body) {
        var head = new StringBuilder(method).append(' ');
        head.append(server.isAskedByUrl() ? server.address() : server.address().path()).append('/').append(path);
        head.append(" HTTP/1.1\r\nHost: ").append(server.address().authority());
        head.append("\r\nUser-Agent: kconmon\r\nAccept: application/json\r\n");
        if (server.compressed()) {
            head.append("Accept-Encoding: gzip\r\n");
        }
        if (!credential.authorization().isEmpty()) {
            head.append("Authorization: ").append(credential.authorization()).append("\r\n");
        }
        server.headers().forEach(it -> head.append(it).append("\r\n"));
        if (server.isAskedByUrl()) {
            server.proxy().flatMap(ProxyServer::authorization)
                    .ifPresent(it -> head.append("Proxy-Authorization: ").append(it).append("\r\n"));
        }
        if (body.length > 0) {
            head.append("Content-Type: ").append(contentType).append("\r\nContent-Length: ").append(body.length)
                    .append("\r\n");
        }
        byte[] lines = head.append("Connection: close\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8);
        var all = new byte[lines.length + body.length];
        System.arraycopy(lines, 0, all, 0, lines.length);
        System.arraycopy(body, 0, all, lines.length, body.length);
        return all;
    }

    private ClientAnswer head(Credential credential, byte[] request, Duration within) throws IOException {
        Socket socket = server.dial(within);
        try (var deadline = new Deadline(socket, within)) {
            try {
                Socket spoken = server.speak(socket, credential.certificate());
                spoken.getOutputStream().write(request);
                spoken.getOutputStream().flush();
                return ClientAnswer.read(socket, spoken.getInputStream());
            } catch (IOException e) {
                throw deadline.isOver()
                        ? new InterruptedIOException("no answer within %d ms".formatted(within.toMillis()))
                        : e;
            }
        } catch (IOException | RuntimeException e) {
            Dialer.closeQuietly(socket);
            throw e;
        }
    }

    private static String message(int status, Answer answer) {
        try {
            String text = new String(answer.body().readNBytes(MAX_STATUS_BYTES), StandardCharsets.UTF_8);
            String message = Wire.status(text).message();
            return message == null ? "HTTP status %d".formatted(status) : message;
        } catch (IOException e) {
            return "HTTP status %d".formatted(status); // most likely a proxy's page; the status code is enough
        }
    }

    /** A server may quote the input that it refuses. */
    private static String withoutSecrets(String text, Credential credential) {
        String clean = text;
        for (String secret : Login.secrets(credential)) {
            clean = secret.length() < LEAST_SECRET ? clean : clean.replace(secret, "…");
        }
        return clean;
    }
}
