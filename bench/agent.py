#!/usr/bin/env python3
"""What an agent's figures are worth, and what it costs: prints the table of docs/performance.md.

    sudo bench/agent.py                            all rows, of the image in jlink/target, which is built if there is none
    sudo bench/agent.py --runs 3 --minutes 15      as in docs/performance.md; takes hours
    sudo bench/agent.py --both --hogs --seconds 30 some rows, quickly
    sudo bench/agent.py --vs other-image.tar       beside another image, or a command, in which {name}, {ip}, {port} and {controller}
                                                   are replaced: one agent after the other, in each run

An agent in a network namespace of its own, under the chart's limits; light peers in another. A figure's error is its distance to
what the kernel's packet stamps on the agent's end of the wire say. Needs root, iproute2, util-linux, podman, runc and gcc.
"""
import argparse
import collections
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

import programs
import table
import wire
from measure import cost, errors, failed, say

HOME = pathlib.Path(__file__).resolve().parent.parent
BUILT = HOME / "jlink/target/image"
BUILD = ["mvn", "-B", "-ntp", "-q", "-Pimage", "-pl", "jlink", "-am", "-DskipTests", "package"]
ROWS = ("start", "both", "one-way", "hogs", "many")
MANY = 999
HOGS = 4


class Bench:
    """All that stays while agents come and go."""

    def __init__(self, given, stack):
        self.given = given
        self.lock = stack.enter_context(open("/run/lock/kconmon-bench", "w"))
        self.wait_for_others()
        self.folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kconmon-bench-"))
        os.chmod(self.folder, 0o755)
        self.net = stack.enter_context(wire.Net())
        self.subjects = {"now": self.subject(given.image or self.built())}
        if given.vs:
            self.subjects["other"] = self.subject(given.vs)
        self.peers = self.folder + "/peers"
        subprocess.run(["gcc", "-O2", "-pthread", "-o", self.peers, HOME / "bench/peers.c"], check=True)
        programs.NameServer(self.net)

    def wait_for_others(self):
        """Two at once would measure each other."""
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another bench runs on this machine; waiting for its end")
            fcntl.flock(self.lock, fcntl.LOCK_EX)

    def built(self):
        if not (BUILT / "opt/kconmon/agent.flags").exists():
            say("building the image")
            subprocess.run(BUILD, cwd=HOME, check=True)
        return str(BUILT)

    def subject(self, image):
        is_image = os.path.isdir(image) or os.path.isfile(image)
        return programs.unpacked(image, tempfile.mkdtemp(dir=self.folder)) if is_image else image

    def options(self, subject):
        return ["--env=JDK_JAVA_OPTIONS=" + self.given.java_options] if subject == "now" and self.given.java_options else []

    def agent(self, subject, peers):
        memory = self.given.memory if peers < 500 else 240  # as docs/sizing.md asks for
        return programs.agent(self.net, self.subjects[subject], [f"--memory={memory}m", *self.options(subject)])

    @contextlib.contextmanager
    def controller(self, subject, peers):
        """Of the same image; of the first one where the agent is a command."""
        subject = subject if os.path.isdir(self.subjects[subject]) else "now"
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            os.chmod(folder, 0o755)
            with programs.controller(self.net, self.subjects[subject], peers, folder, self.options(subject)) as controller:
                yield controller

    @contextlib.contextmanager
    def mesh(self, subject, peers, is_both, found):
        """An agent in the midst of its tests; what failed is counted at the end."""
        with (self.controller(subject, peers) as controller,
              programs.peers(self.net, self.peers, self.given.replies, peers) as answering):
            controller.await_started()
            with self.agent(subject, peers) as agent:
                agent.await_started()
                if is_both:
                    answering.process.send_signal(signal.SIGUSR1)
                time.sleep(self.given.warm_up)
                yield agent
                found["failed"] += failed(agent)
                if is_both:
                    found["controller resident"], found["controller anonymous"], _ = controller.memory()
                theirs = json.loads(answering.end().splitlines()[-1])
                found["peers failed"] += theirs["tcp_failed"] + theirs["udp_failed"]

    def start(self, subject, found):
        with self.controller(subject, self.given.peers) as controller:
            controller.await_started()
            self.starts("", lambda: self.agent(subject, self.given.peers), found)
        self.starts("controller ", lambda: self.controller(subject, self.given.peers), found)

    def starts(self, prefix, make, found):
        times, cpu = [], []
        for _ in range(self.given.starts):
            with make() as program:
                times.append(program.await_started())
                cpu.append(program.cpu_millis())
        say(prefix + "starts, ms: " + " ".join(f"{it:.0f}" for it in times))
        found[prefix + "start"], found[prefix + "start cpu"] = statistics.median(times), statistics.median(cpu)

    def errors_into(self, agent, prefix, found):
        for name, value in errors(self.net, agent, self.given.seconds).items():
            found[prefix + name] = value

    def tests(self, subject, row, found):
        """The rows of an agent that only tests, or that is tested back too; figures' errors of the last one wanted."""
        with self.mesh(subject, self.given.peers, row == "both", found) as agent:
            seconds = self.given.minutes * 60 if row == "both" else self.given.seconds
            found.update({f"{row} {name}": value for name, value in cost(agent, seconds).items()})
            if row == "both" or "both" not in self.given.rows:
                self.errors_into(agent, "", found)
                if "hogs" in self.given.rows:
                    with contextlib.ExitStack() as hogs:
                        for _ in range(HOGS):
                            hogs.enter_context(programs.hog(self.net))
                        self.errors_into(agent, "hogs ", found)

    def many(self, subject, found):
        with self.mesh(subject, MANY, False, found) as agent:
            found.update({f"many {name}": value for name, value in cost(agent, self.given.seconds).items()})

    def run(self, subject, row):
        found = {"failed": 0, "peers failed": 0}
        if row == "start":
            self.start(subject, found)
        elif row == "many":
            self.many(subject, found)
        else:
            self.tests(subject, row, found)
        return found


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for row, what in zip(ROWS, ("time to /health/started", "cost and errors while the peers test the agent, too",
                                "cost and errors while it only tests", "errors beside four busy loops", f"cost of {MANY} peers")):
        parser.add_argument("--" + row, dest="rows", action="append_const", const=row, help=what + "; all rows if none is named")
    parser.add_argument("--image", help="as a file for `podman load`, or its root file system as a directory")
    parser.add_argument("--vs", metavar="OTHER", help="an image as above, or a command, to compare with")
    parser.add_argument("--peers", type=int, default=75)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60, help="of each phase (60)")
    parser.add_argument("--minutes", type=float, default=2, help="until the memory is read while tested back (2)")
    parser.add_argument("--warm-up", type=float, default=30, help="seconds before each phase that costs are of (30)")
    parser.add_argument("--starts", type=int, default=7, help="of which the median is taken (7)")
    parser.add_argument("--memory", type=int, default=80, help="limit, MiB (80, as the chart's; 240 with 500 peers or more)")
    parser.add_argument("--java-options", default="", metavar="FLAGS", help="for the JVM of the agent that is not the other")
    parser.add_argument("--replies", choices=("plain", "share"), default="plain", help="of the peers: with their share or without")
    parser.add_argument("--self-test", action="store_true", help="of the reading of packets; needs no root")
    given = parser.parse_args()
    given.rows = given.rows or list(ROWS)
    if not {"both", "one-way"} & set(given.rows) and "hogs" in given.rows:
        given.rows.append("both")
    return given


def main():
    given = arguments()
    if given.self_test:
        return wire.self_test()
    missing = [it for it in ("ip", "setpriv", "podman", "runc", "gcc") if not shutil.which(it, path=os.environ["PATH"] + ":/usr/sbin")]
    if os.geteuid() or missing:
        sys.exit(f"needs root, and of Debian iproute2, util-linux, podman, runc and gcc; missing: {', '.join(missing) or 'root'}")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))  # what runs is ended, what was made is removed
    results = {}
    with contextlib.ExitStack() as stack:
        bench = Bench(given, stack)
        about = f"{table.machine(bench.subjects['now'])}; load at the beginning {os.getloadavg()[0]:.1f}"
        for run in range(given.runs):
            sums = {name: collections.Counter() for name in bench.subjects}
            for row in [it for it in ROWS if it in given.rows and it != "hogs"]:
                for name in bench.subjects:
                    say(f"run {run + 1}: {row}, {name}")
                    found = bench.run(name, row)
                    say(", ".join(f"{key} {value:.1f}" for key, value in found.items()))
                    sums[name].update(found)
            for name, figures in sums.items():
                for figure, value in figures.items():
                    results.setdefault(name, {}).setdefault(figure, []).append(value)
    print(f"{about}; {given.peers} peers, runs: {given.runs}, memory after {given.minutes:g} min\n\n{table.markdown(results)}")


if __name__ == "__main__":
    main()
