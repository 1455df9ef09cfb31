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
import os
import pathlib
import re
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request

HOME = pathlib.Path(__file__).resolve().parent.parent
NAMESPACE = "monitoring"
PORT = 18080
LABELS = {"app.kubernetes.io/name": "kconmon", "app.kubernetes.io/component": "agent"}


class Api:
    def __init__(self, state, server):
        self.server = server
        self.token = (state / "pki/token").read_text().strip()
        self.tls = ssl.create_default_context(cafile=str(state / "pki/ca.crt"))

    def call(self, method, path, body=None, patch=False):
        request = urllib.request.Request(self.server + path, method=method, data=body and json.dumps(body).encode())
        request.add_header("Authorization", "Bearer " + self.token)
        request.add_header("Content-Type", "application/merge-patch+json" if patch else "application/json")
        with urllib.request.urlopen(request, context=self.tls) as response:
            return json.load(response)

    def pod(self, i):
        self.call("POST", f"/api/v1/namespaces/{NAMESPACE}/pods", {
            "metadata": {"name": f"agent-{i}", "labels": LABELS},
            "spec": {"nodeName": f"fake-{i}", "tolerations": [{"operator": "Exists"}],
                     "containers": [{"name": "agent", "image": "none"}]}})

    def ready(self, i, ready):
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.call("PATCH", f"/api/v1/namespaces/{NAMESPACE}/pods/agent-{i}/status", {"status": {
            "phase": "Running", "podIP": address(i), "startTime": "2026-01-01T00:00:00Z",
            "conditions": [{"type": "Ready", "status": str(ready), "lastTransitionTime": at}]}}, patch=True)

    def delete(self, i, grace):
        self.call("DELETE", f"/api/v1/namespaces/{NAMESPACE}/pods/agent-{i}", {"gracePeriodSeconds": grace})

    def node(self, i):
        self.call("POST", "/api/v1/nodes", {
            "metadata": {"name": f"fake-{i}", "labels": {"topology.kubernetes.io/zone": f"zone-{i % 3}"}},
            "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]}})
        self.call("POST", "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases", lease(i))

    def renew(self, i):
        self.call("PATCH", f"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/fake-{i}", lease(i), patch=True)


def lease(i):
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
    return {"metadata": {"name": f"fake-{i}"}, "spec": {"holderIdentity": f"fake-{i}", "leaseDurationSeconds": 40, "renewTime": at}}


def address(i):
    return f"127.81.0.{i}"


def java():
    for folder in sorted(pathlib.Path("/usr/lib/jvm").iterdir(), reverse=True):
        version = folder / "release"
        if version.exists() and re.search(r'JAVA_VERSION="2[1-9]', version.read_text()):
            return str(folder / "bin/java")
    raise SystemExit("no JDK 21 or newer in /usr/lib/jvm")


def in_force(log):
    """When rosters came into force, in seconds."""
    lines = (json.loads(line) for line in log.read_text().splitlines() if '"roster in force"' in line)
    return [time.mktime(time.strptime(it["timestamp"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone + float(it["timestamp"][19:-1])
            for it in lines]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--changes", type=int, default=20, help="of each kind")
    parser.add_argument("--interval", type=int, default=20000, help="of tests, ms: these agents share a few CPUs, not one machine each")
    given = parser.parse_args()
    script = os.environ["KCONMON_LAB"]
    agents = range(1, given.agents + 1)
    kubeconfig = pathlib.Path(subprocess.check_output([script, "up", "1"], text=True).strip())
    processes = []
    done = threading.Event()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        try:
            api = Api(kubeconfig.parent, re.search(r"https://[0-9.:]+", kubeconfig.read_text()).group())
            api.call("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
            while not api.call("GET", f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts")["items"]:
                time.sleep(0.2)
            for i in agents:
                api.node(i)

            def heartbeat():
                while not done.wait(3):
                    for i in agents:
                        api.renew(i)

            threading.Thread(target=heartbeat, daemon=True).start()
            jars = ":".join(map(str, HOME.glob("jlink/target/kconmon-launcher-*.jar"))) + f":{HOME}/jlink/target/lib/*"
            env = {k: v for k, v in os.environ.items() if not k.startswith("KCONMON_")}

            def run(name, *words):
                log = folder / (name + ".log")
                processes.append(subprocess.Popen(
                    [java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m", "-cp", jars, "io.kconmon.launcher.Main", *words,
                     f"-Dkconmon.port={PORT}", "-Dkconmon.drain=0"], stdout=log.open("w"), stderr=subprocess.STDOUT, env=env))
                return log

            run("controller", "controller", "-Dkconmon.bind-address=127.81.1.1", f"-Dkconmon.kubeconfig={kubeconfig}",
                f"-Dkconmon.namespace={NAMESPACE}")
            logs = {}
            for i in agents:
                logs[i] = run(f"agent-{i}", "agent", f"-Dkconmon.bind-address={address(i)}", f"-Dkconmon.pod-name=agent-{i}",
                              f"-Dkconmon.controller-url=http://127.81.1.1:{PORT}", "-Dkconmon.dns.hosts=",
                              f"-Dkconmon.tcp.interval={given.interval}", f"-Dkconmon.udp.interval={given.interval}",
                              "-Dkconmon.log-level=debug")
                if i % 4 == 0:
                    time.sleep(3)
            for i in agents:
                api.pod(i)
                api.ready(i, True)
            time.sleep(40)  # until the JVMs have warmed up

            before = failed(agents)
            latencies = {"not ready": [], "ready": [], "deleted": [], "new and ready": []}

            def measure(kind, change, about):
                begin = time.time()
                change()
                time.sleep(2)
                for i in agents:
                    after = [it for it in in_force(logs[i]) if it >= begin]
                    if not after:
                        raise SystemExit(f"agent-{i} never acted: {kind} of agent-{about}")
                    latencies[kind].append((after[0] - begin) * 1000)

            for n in range(given.changes):
                i = n % given.agents + 1
                measure("not ready", lambda: api.ready(i, False), i)
                measure("ready", lambda: api.ready(i, True), i)
                measure("deleted", lambda: api.delete(i, 30), i)
                api.delete(i, 0)
                time.sleep(0.5)
                api.pod(i)
                time.sleep(0.5)
                measure("new and ready", lambda: api.ready(i, True), i)
            report(latencies)
            page = urllib.request.urlopen(f"http://127.81.1.1:{PORT}/metrics").read().decode()
            for name in ("kconmon_stream_events_total", "kconmon_stream_sent_bytes_total"):
                print(next(line for line in page.splitlines() if line.startswith(name + " ")))
            print(f"failed results meanwhile, of all agents: {failed(agents) - before:.0f}")
        finally:
            done.set()
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait()
            subprocess.run([script, "down"], check=True, stderr=subprocess.DEVNULL)


def failed(agents):
    pages = (urllib.request.urlopen(f"http://{address(i)}:{PORT}/metrics").read().decode() for i in agents)
    return sum(float(line.rsplit(" ", 1)[1]) for page in pages for line in page.splitlines()
               if "_results_total{" in line and 'result="fail"' in line)


def report(latencies):
    everything = sorted(sum(latencies.values(), []))
    for kind, values in [*latencies.items(), ("all", everything)]:
        values = sorted(values)
        print("%-14s %6d changes seen, ms: p50 %4.0f  p90 %4.0f  p99 %4.0f  max %4.0f" % (
            kind, len(values), *(values[min(len(values) - 1, int(len(values) * p))] for p in (0.5, 0.9, 0.99)), values[-1]))


main()
