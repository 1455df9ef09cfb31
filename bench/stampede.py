#!/usr/bin/env python3
"""How agents return to a controller that was lost: spread over time, or all at once; and what it sends them.

A controller with the image's flags and a heap of 64 MB, and 1,000 of the agents' own roster clients in one process. The
controller is killed and started again, at once and after a while, with the roster that it had and with another one. Every
connection to it is seen in the kernel's table, but for the few from a port that was used before.

Needs Linux and `mvn package`.
"""
import argparse
import json
import resource
import socket
import struct
import subprocess
import threading
import time

from fakecluster import CONTROLLER, HOME, PORT, Programs, address, class_path, java, metric, page

WINDOW = 0.1  # s
HERE = "0000000000000000FFFF0000%08X:%04X" % (struct.unpack("=I", socket.inet_aton(CONTROLLER))[0], PORT)


def connections():
    """Ends of the controller's connections, also of those that are over since a minute or less."""
    with open("/proc/net/tcp6") as table:  # Java's sockets are of both families
        rows = (line.split() for line in table)
        return {row[2] for row in rows if row[1] == HERE} | {row[1] for row in rows if row[2] == HERE}


def readers():
    try:
        return metric(page(CONTROLLER), "kconmon_stream_readers")
    except OSError:
        return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--heap", default="64m", help="of the controller")
    parser.add_argument("--away", type=float, default=20, help="seconds of the longer absence")
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (20000, 20000))
    n = given.agents
    with Programs() as programs:
        file = programs.folder / "roster.yaml"

        def write(zone):
            file.write_text(json.dumps([{"name": f"agent-{i}", "nodeName": f"node-{i}", "ip": address(i),
                                         "zone": zone if i == 0 else "zone-1"} for i in range(n)]))

        def start():
            return programs.controller("-Dkconmon.roster=static", f"-Dkconmon.roster-file={file}", heap=given.heap)

        write("zone-1")
        controller = start()
        clients = subprocess.Popen([java(), "-Xss256k", "-Xmx3g", "-cp", class_path(), str(HOME / "bench/RosterClients.java"),
                                    f"http://{CONTROLLER}:{PORT}", str(n)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, text=True)
        programs.running.append(clients)
        while readers() < n:
            time.sleep(0.5)
        snapshot = metric(page(CONTROLLER), "kconmon_stream_sent_bytes_total") / n
        for what, away, zone in (("at once, the same roster", 0, "zone-1"),
                                 (f"after {given.away:.0f} s, the same roster", given.away, "zone-1"),
                                 (f"after {given.away:.0f} s, one agent changed", given.away, "zone-2")):
            time.sleep(6)  # until all have heard a heartbeat
            controller.kill()
            controller.wait()
            write(zone)
            time.sleep(away)
            seen = connections()
            begin = time.monotonic()
            controller = start()
            arrivals, back = [], threading.Event()

            def watch():
                known = set(seen)
                while not back.wait(0.02):
                    new = connections() - known
                    known.update(new)
                    arrivals.extend([time.monotonic() - begin] * len(new))

            watcher = threading.Thread(target=watch, daemon=True)
            watcher.start()
            while readers() < n and time.monotonic() - begin < 60:
                time.sleep(1)
            all_back = time.monotonic() - begin
            back.set()
            watcher.join()
            sent, events = (metric(page(CONTROLLER), "kconmon_stream_" + name) for name in ("sent_bytes_total", "events_total"))
            most = max(sum(1 for it in arrivals if first <= it < first + WINDOW) for first in arrivals)
            print(f"{what}: {len(arrivals)} connections in {arrivals[-1] - arrivals[0]:.1f} s, the most in any {WINDOW * 1000:.0f} ms "
                  f"{most} ({100 * most / n:.0f} % of the agents); all read again after {all_back:.1f} s")
            print(f"  {sent / 1e6:.2f} MB in {events:.0f} events: about {sent / snapshot:.0f} whole rosters", flush=True)
            time.sleep(6)
            clients.stdin.write("\n")
            clients.stdin.flush()
            print("  " + clients.stdout.readline().strip(), flush=True)


main()
