package io.kconmon.agent.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kconmon.agent.kernel.SocketError;
import io.kconmon.agent.kernel.TestKernel;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class CauseTest {

    /** As the JDK throws them on Linux. */
    static List<Arguments> errors() {
        return List.of(Arguments.of(new SocketTimeoutException("Connect timed out"), Cause.TIMEOUT),
                Arguments.of(new SocketTimeoutException("Read timed out"), Cause.TIMEOUT),
                Arguments.of(new SocketTimeoutException(), Cause.TIMEOUT),
                Arguments.of(new ConnectException("Connection timed out"), Cause.TIMEOUT),
                Arguments.of(new SocketException("Connection timed out"), Cause.TIMEOUT),
                Arguments.of(new ConnectException("Connection refused"), Cause.REFUSED),
                Arguments.of(new PortUnreachableException(), Cause.REFUSED),
                Arguments.of(new PortUnreachableException("Connection refused"), Cause.REFUSED),
                Arguments.of(new NoRouteToHostException("No route to host"), Cause.UNREACHABLE),
                Arguments.of(new SocketException("Network is unreachable"), Cause.UNREACHABLE),
                Arguments.of(new ConnectException("Network is unreachable"), Cause.UNREACHABLE),
                Arguments.of(new IOException("Host is unreachable"), Cause.UNREACHABLE),
                Arguments.of(new SocketException("No route to host"), Cause.UNREACHABLE),
                Arguments.of(new ConnectException("Protocol not available"), Cause.UNREACHABLE),
                Arguments.of(new SocketException("Protocol error"), Cause.UNREACHABLE),
                Arguments.of(new SocketException("Host is down"), Cause.UNREACHABLE),
                Arguments.of(new SocketException("Machine is not on the network"), Cause.UNREACHABLE),
                Arguments.of(new SocketException("Invalid argument"), Cause.UNREACHABLE),
                Arguments.of(new ConnectException("Permission denied"), Cause.UNREACHABLE),
                Arguments.of(new SocketException("No buffer space available"), Cause.LOCAL),
                Arguments.of(new SocketException("Connection reset"), Cause.RESET),
                Arguments.of(new SocketException("Connection reset by peer"), Cause.RESET),
                Arguments.of(new SocketException("Broken pipe"), Cause.RESET),
                Arguments.of(new BindException("Permission denied"), Cause.UNREACHABLE),
                Arguments.of(new BindException("Address already in use"), Cause.LOCAL),
                Arguments.of(new BindException("Cannot assign requested address"), Cause.LOCAL),
                Arguments.of(new SocketException("Too many open files"), Cause.LOCAL),
                Arguments.of(new SocketException("Operation not permitted"), Cause.LOCAL),
                Arguments.of(new SocketException("Message too long"), Cause.LOCAL),
                Arguments.of(new IOException("Connection refused"), Cause.LOCAL),
                Arguments.of(new IOException(), Cause.LOCAL));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void tellsErrorsApart(IOException error, Cause expected) {
        assertEquals(expected, Cause.of(error));
    }

    @ParameterizedTest
    @CsvSource({"REFUSED, REFUSED", "UNREACHABLE, UNREACHABLE", "RESET, RESET", "TIMED_OUT, TIMEOUT", "LOCAL, LOCAL"})
    void eachErrorNumberHasItsCause(SocketError.Kind kind, Cause expected) {
        assertEquals(expected, Cause.of((IOException) TestKernel.error(kind)));
    }

    @Test
    void labelsAreFew() {
        assertEquals(
                List.of("timeout", "late", "connect-timeout", "unacknowledged", "stalled", "stale-flow", "refused",
                        "unreachable", "reset", "bad-status", "bad-reply", "nxdomain", "servfail", "nodata", "local"),
                Arrays.stream(Cause.values()).map(Cause::label).toList());
    }
}
