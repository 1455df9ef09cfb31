package io.kconmon.agent.probe;

import java.util.EnumMap;
import java.util.Map;

/** What any protocol can report: {@code passed}; then {@code f} failed, and each cause by its label. */
public final class ResultReportCounts<R extends Result> implements ReportCounts<R> {

    private final Map<Cause, Integer> causes = new EnumMap<>(Cause.class);
    private int passed;
    private int failed;

    /** A local failure is reported by its cause alone. */
    @Override
    public void add(R result) {
        if (result.cause().isEmpty()) {
            passed++;
            return;
        }
        causes.merge(result.cause().get(), 1, Integer::sum);
        failed += result.cause().get() == Cause.LOCAL ? 0 : 1;
    }

    public boolean isEmpty() {
        return passed == 0 && causes.isEmpty();
    }

    public int passed() {
        return passed;
    }

    /** Adds the failures to a text, and resets them. */
    public void takeFailures(ReportField text) {
        text.unlessZero("f", failed);
        causes.forEach((cause, count) -> text.unlessZero(cause.label(), count));
        causes.clear();
        passed = 0;
        failed = 0;
    }

    @Override
    public String take() {
        if (isEmpty()) {
            return "";
        }
        var text = new ReportField().number(passed);
        takeFailures(text);
        return text.toString();
    }
}
