package io.kconmon.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Makes an archive of linked classes the same in each build.
 *
 * <p>
 * Two of one list differ in one thing: the milliseconds since the machine's boot, which every archived SoftReference carries as
 * the time of its last use, and so in the checksums of that region and of the header (which are read under
 * -XX:+VerifySharedSpaces alone). All become 0, which to a SoftReference is long ago. Any other difference fails the build.
 */
final class Reproducible {

    /** Header and checksums; the regions begin on the next page. */
    private static final int HEADER = 4096;

    private Reproducible() {
    }

    static void level(Path archive, Path again) throws IOException {
        ByteBuffer one = ByteBuffer.wrap(Files.readAllBytes(archive)).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer other = ByteBuffer.wrap(Files.readAllBytes(again)).order(ByteOrder.LITTLE_ENDIAN);
        if (one.capacity() != other.capacity()) {
            throw new IOException("two archives of one class list differ in their size");
        }
        for (int at = 0; at < HEADER; at += Integer.BYTES) {
            if (one.getInt(at) != other.getInt(at)) {
                one.putInt(at, 0);
            }
        }
        for (int at = HEADER; at < one.capacity(); at += Long.BYTES) {
            if (one.getLong(at) != other.getLong(at)) {
                requireTimes(one.getLong(at), other.getLong(at));
                one.putLong(at, 0);
            }
        }
        Files.write(archive, one.array());
    }

    /** Milliseconds by the clock of {@link System#nanoTime}, the second dump soon after the first. */
    private static void requireTimes(long one, long other) throws IOException {
        long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
        if (other < one || other > now || one < now - TimeUnit.MINUTES.toMillis(10)) {
            throw new IOException("two archives of one class list differ in more than times: %d, %d".formatted(one, other));
        }
    }
}
