"""A cluster that is a real API server and nothing else, for benches.

Nodes and agents' pods are objects without a kubelet, so that a bench decides when one is Ready or is deleted. Programs run
as processes of this machine, on addresses of 127.81.0.0/16. Needs root and a set-up cluster script, which KCONMON_LAB names.
"""
import http.client
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
CONTROLLER = "127.81.250.1"
LABELS = {"app.kubernetes.io/name": "kconmon", "app.kubernetes.io/component": "agent"}
PODS = f"/api/v1/namespaces/{NAMESPACE}/pods"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"


class Api:
    """One connection for each thread that calls."""

    def __init__(self, state, server):
        self.server = server
        self.token = (state / "pki/token").read_text().strip()
        self.tls = ssl.create_default_context(cafile=str(state / "pki/ca.crt"))
        self.connections = threading.local()

    def call(self, method, path, body=None, patch=False):
        if not hasattr(self.connections, "own"):
            self.connections.own = http.client.HTTPSConnection(self.server, context=self.tls, timeout=60)
        connection = self.connections.own
        connection.request(method, path, body and json.dumps(body), {
            "Authorization": "Bearer " + self.token,
            "Content-Type": "application/merge-patch+json" if patch else "application/json"})
        response = connection.getresponse()
        answer = response.read()
        if response.status >= 300:
            raise OSError(f"{method} {path}: {response.status} {answer.decode()}")
        return json.loads(answer)

    def pod(self, name, i):
        self.call("POST", PODS, {
            "metadata": {"name": name, "labels": LABELS},
            "spec": {"nodeName": f"fake-{i}", "automountServiceAccountToken": False, "tolerations": [{"operator": "Exists"}],
                     "containers": [{"name": "agent", "image": "none"}]}})

    def ready(self, name, i, ready, started="2026-01-01T00:00:00Z"):
        """Not ready since a time after its start it counts as one that has been ready."""
        self.call("PATCH", f"{PODS}/{name}/status", {"status": {
            "phase": "Running", "podIP": address(i), "startTime": started,
            "conditions": [{"type": "Ready", "status": str(ready), "lastTransitionTime": now()}]}}, patch=True)

    def delete(self, name, grace):
        self.call("DELETE", f"{PODS}/{name}", {"gracePeriodSeconds": grace})

    def node(self, i):
        self.call("POST", "/api/v1/nodes", {
            "metadata": {"name": f"fake-{i}", "labels": {"topology.kubernetes.io/zone": f"zone-{i % 3}"}},
            "status": {"conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}]}})

    def lease(self, i):
        self.call("POST", LEASES, lease(i))

    def renew(self, i):
        self.call("PATCH", f"{LEASES}/fake-{i}", lease(i), patch=True)


def lease(i):
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
    return {"metadata": {"name": f"fake-{i}"}, "spec": {"holderIdentity": f"fake-{i}", "leaseDurationSeconds": 40, "renewTime": at}}


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def address(i):
    return f"127.81.{i // 250}.{i % 250 + 1}"


def java():
    for folder in sorted(pathlib.Path("/usr/lib/jvm").iterdir(), reverse=True):
        version = folder / "release"
        if version.exists() and re.search(r'JAVA_VERSION="2[1-9]', version.read_text()):
            return str(folder / "bin/java")
    raise SystemExit("no JDK 21 or newer in /usr/lib/jvm")


def class_path():
    jars = list(HOME.glob("jlink/target/kconmon-launcher-*.jar"))
    if not jars:
        raise SystemExit("nothing is built; run: mvn package")
    return ":".join(map(str, jars)) + f":{HOME}/jlink/target/lib/*"


def page(at):
    return urllib.request.urlopen(f"http://{at}:{PORT}/metrics", timeout=10).read().decode()


def metric(text, name):
    return next(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith(name + " "))


class Programs:
    """Processes of kconmon, their logs, and a folder for their files; all are gone at the end."""

    def __enter__(self):
        self.running = []
        self.temporary = tempfile.TemporaryDirectory()
        self.folder = pathlib.Path(self.temporary.name)
        return self

    def java(self, name, flags, main, *words):
        env = {k: v for k, v in os.environ.items() if not k.startswith("KCONMON_")}
        with (self.folder / (name + ".log")).open("a") as log:
            process = subprocess.Popen([java(), *flags, "-cp", class_path(), *main, *words], stdout=log,
                                       stderr=subprocess.STDOUT, env=env)
        self.running.append(process)
        return process

    def run(self, name, *words, flags=("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m")):
        return self.java(name, flags, ["io.kconmon.launcher.Main"], *words, f"-Dkconmon.port={PORT}", "-Dkconmon.drain=0")

    def controller(self, *words, heap="64m"):
        """With the image's flags; 64 MB is half of the heap that it has by the chart's memory limit."""
        flags = [line for name in ("jvm", "controller") for line in (HOME / "jlink/src/image/flags" / name).read_text().split("\n")
                 if line.startswith("-")]
        return self.run("controller", "controller", f"-Dkconmon.bind-address={CONTROLLER}", *words, flags=[*flags, "-Xmx" + heap])

    def log(self, name):
        return (self.folder / (name + ".log")).read_text()

    def __exit__(self, *_):
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait()
        self.temporary.cleanup()


class Lab:
    """The cluster, of one real node, and its Api."""

    def __enter__(self):
        self.script = os.environ["KCONMON_LAB"]
        self.kubeconfig = pathlib.Path(subprocess.check_output([self.script, "up", "1"], text=True).strip())
        try:
            self.api = self.connect()
        except BaseException:
            self.__exit__()
            raise
        return self

    def connect(self):
        api = Api(self.kubeconfig.parent, re.search(r"https://([0-9.:]+)", self.kubeconfig.read_text()).group(1))
        api.call("POST", "/api/v1/namespaces", {"metadata": {"name": NAMESPACE}})
        while not api.call("GET", f"/api/v1/namespaces/{NAMESPACE}/serviceaccounts")["items"]:
            time.sleep(0.2)
        return api

    def without_controller_manager(self):
        """It would find the nodes dead, which send no heartbeat, and begin to clear away."""
        os.kill(int((self.kubeconfig.parent / "pid/controller-manager").read_text().split()[0]), 9)

    def settings(self):
        return [f"-Dkconmon.kubeconfig={self.kubeconfig}", f"-Dkconmon.namespace={NAMESPACE}"]

    def __exit__(self, *_):
        subprocess.run([self.script, "down"], check=True, stderr=subprocess.DEVNULL)
