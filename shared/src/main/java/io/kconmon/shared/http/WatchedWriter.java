package io.kconmon.shared.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;

/**
 * Tells when a write to the client begins and ends: in between its reader is waited for. A filter of the response's
 * stream would not see all of it, for Helidon holds back what is written first, and adds to it, below such a filter.
 */
final class WatchedWriter implements DataWriter {

    private final DataWriter writer;
    private final Runnable begins;
    private final Runnable ends;

    WatchedWriter(DataWriter writer, Runnable begins, Runnable ends) {
        this.writer = writer;
        this.begins = begins;
        this.ends = ends;
    }

    private void watched(Runnable write) {
        begins.run();
        try {
            write.run();
        } finally {
            ends.run();
        }
    }

    @Override
    public void write(BufferData... buffers) {
        watched(() -> writer.write(buffers));
    }

    @Override
    public void write(BufferData buffer) {
        watched(() -> writer.write(buffer));
    }

    @Override
    public void writeNow(BufferData... buffers) {
        watched(() -> writer.writeNow(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
        watched(() -> writer.writeNow(buffer));
    }

    @Override
    public void flush() {
        watched(writer::flush);
    }

    @Override
    public void close() {
        writer.close();
    }
}
