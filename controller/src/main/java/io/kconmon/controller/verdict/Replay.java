package io.kconmon.controller.verdict;

import io.kconmon.controller.verdict.ReplayJson.Line;
import io.kconmon.controller.verdict.ReplayJson.ReportLine;
import io.kconmon.controller.verdict.ReplayJson.RosterLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.function.Consumer;

/** A recording's lines in, verdicts' lines out as the recording's own time goes on. */
public final class Replay {

    /** An invalid line of the recording. */
    public static final class BadLineException extends Exception {

        private static final long serialVersionUID = 1;

        BadLineException(int number, IllegalArgumentException why) {
            super("line %d: %s".formatted(number, why.getMessage()), why);
        }
    }

    /** The most looks between two lines. They span 35 intervals, and without reports every verdict ends sooner. */
    private static final int MOST_LOOKS = 70;

    private final VerdictEngine engine = new VerdictEngine();
    private double now = Double.NEGATIVE_INFINITY;

    /**
     * Until the recording's end.
     *
     * @param out
     *            gets a line, without its line break, as soon as a verdict begins or ends
     * @throws BadLineException
     *             in one line, which names the recording's line by its number
     */
    public void run(BufferedReader in, Consumer<String> out) throws IOException, BadLineException {
        int number = 0;
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            number++;
            if (text.isBlank()) {
                continue;
            }
            Line line = line(number, text);
            judgeUntil(line.at(), out);
            take(line);
        }
        judge(Math.max(now, engine.nextLook()), out);
    }

    /** Judges the lines before this time: once after all lines of one moment, then each half interval. */
    private void judgeUntil(double at, Consumer<String> out) {
        if (at <= now || now == Double.NEGATIVE_INFINITY) {
            return;
        }
        judge(now, out);
        for (int looks = 0; engine.lookWithoutReports() < at && looks < MOST_LOOKS; looks++) {
            judge(engine.lookWithoutReports(), out);
        }
    }

    private void judge(double at, Consumer<String> out) {
        engine.advance(at).forEach(event -> out.accept(VerdictJson.write(event)));
    }

    private static Line line(int number, String text) throws BadLineException {
        try {
            return ReplayJson.read(text);
        } catch (IllegalArgumentException e) {
            throw new BadLineException(number, e);
        }
    }

    private void take(Line line) {
        now = Math.max(now, line.at());
        switch (line) {
            case RosterLine roster -> engine.roster(roster.at(), roster.nodes());
            case ReportLine report -> engine.report(report.report());
        }
    }
}
