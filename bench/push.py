#!/usr/bin/env python3
"""How long it takes from a change in Kubernetes until every agent acts by it.

A real API server (the cluster script that KCONMON_LAB names, one node), the controller, and 50 agents that test each
other, all on this machine. The agents' pods and nodes are objects without a kubelet, so that this program decides when
one is Ready or is deleted. The clock starts before the request to the API server is sent, and stops at the agent's log
line that the roster is in force.

Needs root, a set-up cluster script, and `mvn package`. Prints the distribution in milliseconds.
"""
import argparse
import json
import threading
import time

from fakecluster import CONTROLLER, PORT, Lab, Programs, address, metric, page


def in_force(log):
    """When rosters came into force, in seconds."""
    lines = (json.loads(line) for line in log.splitlines() if '"roster in force"' in line)
    return [time.mktime(time.strptime(it["timestamp"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone + float(it["timestamp"][19:-1])
            for it in lines]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--changes", type=int, default=20, help="of each kind")
    parser.add_argument("--interval", type=int, default=20000, help="of tests, ms: these agents share a few CPUs, not one machine each")
    given = parser.parse_args()
    agents = range(1, given.agents + 1)
    done = threading.Event()
    with Lab() as lab, Programs() as programs:
        try:
            measure_all(lab.api, programs, agents, given, lab.settings(), done)
        finally:
            done.set()


def measure_all(api, programs, agents, given, cluster, done):
    for i in agents:
        api.node(i)
        api.lease(i)

    def heartbeat():
        while not done.wait(3):
            for i in agents:
                api.renew(i)

    threading.Thread(target=heartbeat, daemon=True).start()
    programs.controller(*cluster)
    for i in agents:
        programs.run(f"agent-{i}", "agent", f"-Dkconmon.bind-address={address(i)}", f"-Dkconmon.pod-name=agent-{i}",
                     f"-Dkconmon.controller-url=http://{CONTROLLER}:{PORT}", "-Dkconmon.dns.hosts=",
                     f"-Dkconmon.tcp.interval={given.interval}", f"-Dkconmon.udp.interval={given.interval}",
                     "-Dkconmon.log-level=debug")
        if i % 4 == 0:
            time.sleep(3)
    for i in agents:
        api.pod(f"agent-{i}", i)
        api.ready(f"agent-{i}", i, True)
    time.sleep(40)  # until the JVMs have warmed up

    before = failed(agents)
    latencies = {"not ready": [], "ready": [], "deleted": [], "new and ready": []}

    def measure(kind, change, about):
        begin = time.time()
        change()
        time.sleep(2)
        for i in agents:
            after = [it for it in in_force(programs.log(f"agent-{i}")) if it >= begin]
            if not after:
                raise SystemExit(f"agent-{i} never acted: {kind} of {about}")
            latencies[kind].append((after[0] - begin) * 1000)

    for n in range(given.changes):
        i = n % given.agents + 1
        name = f"agent-{i}"
        measure("not ready", lambda: api.ready(name, i, False), name)
        measure("ready", lambda: api.ready(name, i, True), name)
        measure("deleted", lambda: api.delete(name, 30), name)
        api.delete(name, 0)
        time.sleep(0.5)
        api.pod(name, i)
        time.sleep(0.5)
        measure("new and ready", lambda: api.ready(name, i, True), name)
    report(latencies)
    controller = page(CONTROLLER)
    for name in ("kconmon_stream_events_total", "kconmon_stream_sent_bytes_total"):
        print(f"{name} {metric(controller, name):.0f}")
    print(f"failed results meanwhile, of all agents: {failed(agents) - before:.0f}")


def failed(agents):
    return sum(float(line.rsplit(" ", 1)[1]) for i in agents for line in page(address(i)).splitlines()
               if "_results_total{" in line and 'result="fail"' in line)


def report(latencies):
    everything = sorted(sum(latencies.values(), []))
    for kind, values in [*latencies.items(), ("all", everything)]:
        values = sorted(values)
        print("%-14s %6d changes seen, ms: p50 %4.0f  p90 %4.0f  p99 %4.0f  max %4.0f" % (
            kind, len(values), *(values[min(len(values) - 1, int(len(values) * p))] for p in (0.5, 0.9, 0.99)), values[-1]))


main()
