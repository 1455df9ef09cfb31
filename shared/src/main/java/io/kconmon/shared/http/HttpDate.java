package io.kconmon.shared.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/**
 * The Date field of responses (RFC 9110, 5.6.7 and 6.6.1), made once a second. Helidon makes its own by a timer, which
 * stands still after the clock is set back, until the clock has caught up.
 */
final class HttpDate {

    private record Second(long epochSecond, Header header) {
    }

    private final InstantSource clock;
    private volatile Second last;

    HttpDate(InstantSource clock) {
        this.clock = clock;
        this.last = second(clock.instant());
    }

    Header header() {
        Instant now = clock.instant();
        Second second = last;
        if (second.epochSecond != now.getEpochSecond()) {
            second = second(now);
            last = second;
        }
        return second.header;
    }

    /** The day of the month has two digits, unlike in Java's format. */
    private static Second second(Instant now) {
        String text = DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC));
        String date = text.charAt(6) == ' ' ? text.substring(0, 5) + '0' + text.substring(5) : text;
        return new Second(now.getEpochSecond(), HeaderValues.create(HeaderNames.DATE, date));
    }
}
