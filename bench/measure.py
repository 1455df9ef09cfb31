"""What an agent costs, and how far its gauges are from the wire."""
import math
import os
import re
import statistics
import sys
import time

import wire

SCRAPE_SECONDS = 15
SHORTER_THAN_A_ROUND = 4.9  # so that each round's figures are seen
CAPTURE_SECONDS = 0.2  # until what has passed is known
GAUGES = {"udp": "kconmon_udp_duration_milliseconds", "tcp": "kconmon_tcp_connect_milliseconds"}


def say(words):
    print(time.strftime("%H:%M:%S ") + words, file=sys.stderr, flush=True)


def scrape(program):
    answer = program.get("/metrics")
    if not answer or answer[0] != 200:
        raise SystemExit("/metrics is not answered:\n" + program.log())
    return answer[1]


def failed(program):
    """Tests of peers that failed so far."""
    results = re.findall(r'^kconmon_(?:udp|tcp)_results_total\{.*result="fail".*\} (\S+)', scrape(program), re.M)
    return sum(float(it) for it in results)


def machine_millis():
    """CPU time that all programs of the machine took."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq = map(int, file.readline().split()[1:8])
    return (user + nice + system + irq + softirq) * 1000 / os.sysconf("SC_CLK_TCK")


def cost(program, seconds):
    """What it takes while it is scraped as Prometheus scrapes; beside it, the cores that all other programs took."""
    def counts():
        return program.cpu_millis(), machine_millis(), *program.switches()

    begin, before = time.monotonic(), counts()
    for turn in range(1, max(1, round(seconds / SCRAPE_SECONDS)) + 1):
        time.sleep(max(0.0, begin + turn * SCRAPE_SECONDS - time.monotonic()))
        scrape(program)
    resident, anonymous, threads = program.memory()
    took = time.monotonic() - begin
    own, machine, voluntary, involuntary = ((after - before) / took for before, after in zip(before, counts()))
    return {"cpu": own, "resident": resident, "anonymous": anonymous, "threads": threads, "voluntary": voluntary,
            "involuntary": involuntary, "others": (machine - own) / 1000}


def errors(net, program, seconds):
    """How far the gauges are from the wire, µs: each round of each peer once."""
    found = {"udp": {}, "tcp": {}}
    with wire.Capture(net) as truth:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(SHORTER_THAN_A_ROUND)
            since = time.time_ns()
            page = scrape(program)
            until = time.time_ns()
            time.sleep(CAPTURE_SECONDS)
            for protocol, gauge in GAUGES.items():
                for peer, millis in re.findall(r'^%s\{(?:.*,)?destination="peer-(\d+)".*\} (\S+)' % gauge, page, re.M):
                    settled = truth.settled(protocol, wire.peer_address(int(peer)), since, until)
                    if settled:
                        number, wire_millis = settled
                        found[protocol][peer, number] = (float(millis) - wire_millis) * 1000
    return {f"{protocol} {name}": value for protocol in found for name, value in spread(protocol, list(found[protocol].values())).items()}


def spread(protocol, signed):
    if not signed:
        raise SystemExit(f"no {protocol} figure could be compared: the agent shows none, or no round was whole")
    sizes = sorted(map(abs, signed))
    say(f"{protocol}: {len(sizes)} rounds, median {statistics.median(signed):+.1f} µs")
    return {"p50": statistics.median(sizes), "p99": sizes[math.ceil(len(sizes) * 0.99) - 1], "most": sizes[-1]}
