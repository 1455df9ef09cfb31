"""The table of docs/performance.md, from what the runs of a bench found."""
import os
import pathlib
import platform
import statistics
import subprocess

ROWS = [  # what, of which figures, as what, what is asked for; {0} is the number of peers, {1} of minutes
    ("UDP round trip, error p50 / p99 / most, µs", ["udp p50", "udp p99", "udp most"], "{} / {} / {}", "≤ 10 / ≤ 40"),
    ("… beside four busy loops", ["hogs udp p50", "hogs udp p99", "hogs udp most"], "{} / {} / {}", "≤ 10 / ≤ 40"),
    ("TCP connect, error p50 / p99 / most, µs", ["tcp p50", "tcp p99", "tcp most"], "{} / {} / {}", "≤ 10 / ≤ 40"),
    ("… beside four busy loops", ["hogs tcp p50", "hogs tcp p99", "hogs tcp most"], "{} / {} / {}", "≤ 10 / ≤ 40"),
    ("CPU, testing only, ms/s", ["one-way cpu"], "{}", "≤ 10"),
    ("CPU, tested back too, ms/s", ["both cpu"], "{}", "≤ 15"),
    ("context switches, testing only, voluntary / involuntary, 1/s", ["one-way voluntary", "one-way involuntary"], "{} / {}", ""),
    ("context switches, tested back too", ["both voluntary", "both involuntary"], "{} / {}", ""),
    ("resident MiB (anonymous), testing only", ["one-way resident", "one-way anonymous"], "{} ({})", ""),
    ("resident MiB (anonymous), tested back too", ["both resident", "both anonymous"], "{} ({})", "≤ 60 (≤ 28)"),
    ("threads, tested back too", ["both threads"], "{}", ""),
    ("999 peers, testing only: resident MiB (anonymous)", ["many resident", "many anonymous"], "{} ({})", "≤ 90"),
    ("999 peers, testing only: CPU, ms/s", ["many cpu"], "{}", "≤ 70"),
    ("process start to `/health/started` 200, ms", ["start"], "{}", "≤ 300"),
    ("CPU until then, ms", ["start cpu"], "{}", ""),
    ("controller with a static roster: start, CPU until then, ms", ["controller start", "controller start cpu"], "{} / {}", ""),
    ("controller with a static roster: resident MiB (anonymous)", ["controller resident", "controller anonymous"], "{} ({})", ""),
    ("cores that all else on the machine took meanwhile", ["both others"], "{}", ""),
    ("failed results, of the agent / of its peers", ["failed", "peers failed"], "{} / {}", "0 / 0"),
]


def number(value):
    return f"{value:.0f}" if value >= 9.95 or value == int(value) else f"{value:.1f}"


def span(values):
    """One number, or the least and the greatest of several runs."""
    return "–".join(dict.fromkeys((number(min(values)), number(max(values)))))


def markdown(results):
    """Of {subject: {figure: [a value for each run]}}; the last column is the first subject's part of the second."""
    names = list(results)
    lines = ["| | asked for | " + " | ".join(names) + (" | ratio |" if names[1:] else " |"),
             "| --- | ---: |" + " ---: |" * (len(names) + len(names[1:]))]
    for what, figures, form, asked in ROWS:
        if not all(figures[0] in results[it] for it in names):
            continue
        cells = [form.format(*(span(results[it][figure]) for figure in figures)) for it in names]
        if names[1:]:
            pairs = [[statistics.median(results[it][figure]) for it in names] for figure in figures]
            cells.append(" / ".join(f"{one / other:.2f}" if other else "–" for one, other in pairs))
        lines.append("| " + " | ".join((what, asked, *cells)) + " |")
    return "\n".join(lines)


def machine(root):
    """What it was measured on."""
    cpu = next(line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name"))
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) / 1024 / 1024
    release = pathlib.Path(root, "opt/kconmon/jvm/release")
    java = dict(line.split("=", 1) for line in release.read_text().splitlines() if "=" in line) if release.exists() else {}
    runc = subprocess.run(["runc", "--version"], capture_output=True, text=True).stdout.split("\n")[0]
    return ", ".join([f"{cpu}, {os.cpu_count()} cores", f"{memory:.0f} GiB", f"Linux {platform.release()}",
                      "JDK " + java.get("JAVA_VERSION", "unknown").strip('"'), runc])
