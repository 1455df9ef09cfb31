package io.kconmon.controller.status;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** An answer that has to be read within a time as a whole, however steadily its reader reads a little. */
final class DeadlineOutput extends FilterOutputStream {

    private final Duration within;
    private final LongSupplier nanos;
    private final long begin;

    DeadlineOutput(OutputStream out, Duration within, LongSupplier nanos) {
        super(out);
        this.within = within;
        this.nanos = nanos;
        this.begin = nanos.getAsLong();
    }

    @Override
    public void write(int octet) throws IOException {
        check();
        out.write(octet);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        check();
        out.write(bytes, offset, length);
    }

    private void check() throws IOException {
        if (nanos.getAsLong() - begin > within.toNanos()) {
            throw new IOException("the answer was not read within %d s".formatted(within.toSeconds()));
        }
    }
}
