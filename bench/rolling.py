#!/usr/bin/env python3
"""What a rolling update of all agents costs a controller and the network.

A real API server (the cluster script that KCONMON_LAB names, one node), the controller with a heap of 64 MB, and 1,000
readers of its stream, each from an address of its own. The agents' pods are objects without a kubelet. All are deleted and
made anew, as a DaemonSet with maxUnavailable 10 % does it but without waiting for containers: as fast as the API server
takes it. Every change has to reach every reader, so what is sent grows with N * N at least; a whole roster for each change
would be N * N * N.

Needs root, a set-up cluster script, and `mvn package`.
"""
import argparse
import asyncio
import concurrent.futures
import json
import multiprocessing
import os
import resource
import time
import urllib.request

from fakecluster import CONTROLLER, PORT, Lab, Programs, address, metric, now, page


class Reader(asyncio.Protocol):
    """Counts bytes, and keeps the last event's revision and when it came."""

    def __init__(self):
        self.revision, self.at, self.bytes, self.events, self.rest = None, 0, 0, 0, b""

    def connection_made(self, transport):
        transport.write(b"GET /agents/stream HTTP/1.1\r\nHost: controller\r\nAccept: text/event-stream\r\n\r\n")

    def data_received(self, data):
        self.bytes += len(data)
        text = self.rest + data
        at = text.rfind(b"\nid: ")
        if at >= 0 and len(text) >= at + 21:
            self.events += text.count(b"\nid: ")
            revision = text[at + 5:at + 21]
            text = text[at + 21:]
            if revision != self.revision:
                self.revision, self.at = revision, time.monotonic()
        self.rest = text[-21:]

    def connection_lost(self, reason):
        self.revision = None


async def read(agents, pipe):
    """Connects at the first word, and answers each other one with what the readers have."""
    loop = asyncio.get_running_loop()
    readers = []
    pipe.recv()
    for i in agents:
        _, reader = await loop.create_connection(Reader, CONTROLLER, PORT, local_addr=(address(i), 0))
        readers.append(reader)
    while await loop.run_in_executor(None, pipe.recv):
        pipe.send([(it.revision and it.revision.decode(), it.at, it.bytes, it.events) for it in readers])


def revision():
    """Of the controller's roster now."""
    with urllib.request.urlopen(f"http://{CONTROLLER}:{PORT}/agents/stream") as stream:
        return stream.readline().decode().split()[1]


def process(pid):
    """The most memory it has had resident, MiB, and the CPU seconds that it has used."""
    fields = dict(line.split(":", 1) for line in open(f"/proc/{pid}/status") if ":" in line)
    user, system = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[11:13]
    return int(fields["VmHWM"].split()[0]) / 1024, (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--percent", type=int, default=10, help="of the agents that may be away at once")
    parser.add_argument("--pace", type=float, default=0, help="seconds that a new pod takes until it is Ready")
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (20000, 20000))
    n = given.agents
    agents = range(n)
    at_once = max(1, n * given.percent // 100)
    ours, theirs = multiprocessing.Pipe()
    multiprocessing.Process(target=lambda: asyncio.run(read(agents, theirs)), daemon=True).start()
    with Lab() as lab, Programs() as programs, concurrent.futures.ThreadPoolExecutor(at_once) as workers:
        api = lab.api
        lab.without_controller_manager()

        def begin(i):
            api.node(i)
            api.pod(f"kconmon-agent-{i:05}", i)
            api.ready(f"kconmon-agent-{i:05}", i, True)

        list(workers.map(begin, agents))
        controller = programs.controller(*lab.settings())
        count = None
        while count != n:
            time.sleep(0.5)
            try:
                with urllib.request.urlopen(f"http://{CONTROLLER}:{PORT}/agents") as answer:
                    body = answer.read()
                    count = len(json.loads(body))
            except OSError:
                pass
        size = len(body) / n
        ours.send(True)

        def readers():
            ours.send(True)
            return ours.recv()

        def until_all_have(wanted):
            end = time.monotonic() + 60
            while any(it[0] != wanted for it in readers()):
                if time.monotonic() > end:
                    raise SystemExit(f"{sum(it[0] != wanted for it in readers())} readers have not reached revision {wanted}")
                time.sleep(0.5)
            return readers()

        before_readers = until_all_have(revision())
        before = page(CONTROLLER)
        _, cpu_before = process(controller.pid)
        print(f"{n} agents, one of which is {size:.0f} bytes of JSON; {n} readers have the first roster")
        last = 0

        def roll(i):
            nonlocal last
            api.delete(f"kconmon-agent-{i:05}", 30)
            api.delete(f"kconmon-agent-{i:05}", 0)
            name = f"kconmon-agent-{n + i:05}"
            api.pod(name, i)
            api.ready(name, i, False, started=now())
            time.sleep(given.pace)
            last = max(last, time.monotonic())
            api.ready(name, i, True, started=now())

        start = time.monotonic()
        list(workers.map(roll, agents))
        took = time.monotonic() - start
        time.sleep(1)
        after_readers = until_all_have(revision())
        after = page(CONTROLLER)
        memory, cpu = process(controller.pid)
        sent, events = (metric(after, name) - metric(before, name)
                        for name in ("kconmon_stream_sent_bytes_total", "kconmon_stream_events_total"))
        received = sum(it[2] for it in after_readers) - sum(it[2] for it in before_readers)
        late = sorted(it[1] - last for it in after_readers)
        print(f"all replaced in {took:.1f} s, {at_once} at once")
        print(f"sent on all streams: {sent / 1e6:.1f} MB ({received / 1e6:.1f} MB with HTTP's part) in {events:.0f} events, "
              f"{events / n:.0f} to each reader")
        print(f"{sent / n / n:.0f} bytes for each agent changed and reader: {sent / n / n / size:.2f} of N*N agents' JSON, "
              f"{sent / n / n / n / size:.5f} of N*N*N")
        print(f"controller: at most {memory:.0f} MiB resident, {cpu - cpu_before:.1f} s of CPU")
        print("the last change was with its readers after ms: p50 %.0f  p99 %.0f  max %.0f"
              % tuple(1000 * late[int((n - 1) * p)] for p in (0.5, 0.99, 1)))
        print(f"all {n} readers have the controller's revision {after_readers[0][0]}")


main()
