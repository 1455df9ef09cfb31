"""The programs of a bench: agents and controllers from an image or a command, the peers, the hogs.

Each is ended by its own id. An image runs as a cluster would run it, in podman with the chart's limits; it is unpacked, so that
neither an image nor a tag of the machine's store is touched.
"""
import gzip
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tarfile
import tempfile
import threading
import time

from wire import AGENT, GATEWAY, PORT, peer_address

CONTROLLER_PORT = 8081
START_SECONDS = 60
# As Prometheus asks.
HEADERS = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "Accept-Encoding": "gzip"}
PODMAN = ["podman", "--runtime", shutil.which("runc") or "/usr/sbin/runc"]
OPTIONS = ["--ulimit=nofile=1024:20000", "--ulimit=nproc=4096:4096", "--read-only", "--cap-drop=ALL",
           "--security-opt=no-new-privileges", "--user=65532:65532", "--env=PATH=/opt/kconmon/bin"]


def podman(*words):
    return subprocess.run([*PODMAN, *words], check=True, capture_output=True, text=True).stdout.strip()


def unpacked(image, folder):
    """The root file system of an image: itself if it is a directory."""
    if os.path.isdir(image):
        return os.path.abspath(image)
    root = pathlib.Path(folder, "root")
    root.mkdir()
    with tarfile.open(image) as tar:
        for layer in json.load(tar.extractfile("manifest.json"))[0]["Layers"]:
            with tarfile.open(fileobj=tar.extractfile(layer)) as files:
                files.extractall(root)
    return str(root)


class Program:
    """A process in the agent's place, and what it costs."""

    started = "/health/started"

    def __init__(self, net, address, port):
        self.net, self.address, self.port = net, address, port
        self.pid, self.begin = 0, 0.0

    def get(self, path, timeout=5):
        """Status and body; None if there is no answer."""
        connection = http.client.HTTPConnection(self.address, self.port, timeout=timeout)
        try:
            with self.net.inside(self.net.peers):
                connection.connect()
            connection.request("GET", path, headers=HEADERS)
            response = connection.getresponse()
            body = response.read()
            return response.status, (gzip.decompress(body) if response.getheader("Content-Encoding") == "gzip" else body).decode()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def await_started(self):
        """Milliseconds from the start of the process."""
        while (self.get(self.started, timeout=1) or (0,))[0] != 200:
            if not self.lives() or time.monotonic() - self.begin > START_SECONDS:
                raise SystemExit(f"no answer to {self.started} within {START_SECONDS} s, or it has ended:\n{self.log()}")
            time.sleep(0.002)
        return (time.monotonic() - self.begin) * 1000

    def lives(self):
        try:
            with open(f"/proc/{self.pid}/stat") as file:
                return file.read().rsplit(")", 1)[1].split()[0] != "Z"
        except FileNotFoundError:
            return False

    def memory(self):
        """MiB resident, MiB of it anonymous, threads."""
        with open(f"/proc/{self.pid}/status") as file:
            fields = dict(line.split(":", 1) for line in file)
        return *(int(fields[it].split()[0]) / 1024 for it in ("VmRSS", "RssAnon")), int(fields["Threads"])

    def cpu_millis(self):
        with open(f"/proc/{self.pid}/stat") as file:
            user, system = file.read().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")

    def switches(self):
        """Context switches of all threads that live: voluntary, involuntary."""
        found = {"voluntary_ctxt_switches": 0, "nonvoluntary_ctxt_switches": 0}
        for task in pathlib.Path(f"/proc/{self.pid}/task").iterdir():
            try:
                for line in (task / "status").read_text().splitlines():
                    name, _, value = line.partition(":")
                    if name in found:
                        found[name] += int(value)
            except OSError:
                continue  # it has ended
        return tuple(found.values())

    def __enter__(self):
        return self


class Container(Program):
    """From an image's root file system."""

    def __init__(self, net, namespace, entrypoint, root, address, port, options, words):
        super().__init__(net, address, port)
        self.name = f"{namespace}-{entrypoint}"
        try:
            podman("create", "--name", self.name, f"--network=ns:/run/netns/{namespace}", *OPTIONS, *options,
                   "--entrypoint", entrypoint, "--rootfs", root + ":O", f"-Dkconmon.port={port}", *words)
            podman("init", self.name)
            self.pid = int(podman("inspect", "--format={{.State.Pid}}", self.name))
            with subprocess.Popen([*PODMAN, "start", self.name], stdout=subprocess.DEVNULL) as start:
                while "init" in self.command() and start.poll() in (None, 0):  # runc's, until it becomes the program
                    time.sleep(0.0002)
                self.begin = time.monotonic()
        except BaseException:
            self.__exit__()
            raise

    def command(self):
        with open(f"/proc/{self.pid}/cmdline") as file:
            return file.read().split("\0")

    def log(self):
        return subprocess.run([*PODMAN, "logs", self.name], capture_output=True, text=True).stdout

    def __exit__(self, *_):
        podman("rm", "--force", "--ignore", "--time=0", self.name)


class Child(Program):
    """A command of this machine, in one of the namespaces and in a session of its own: so it is a group of its own to the scheduler."""

    started = "/readiness"  # which the first tool has, too

    def __init__(self, net, namespace, *words):
        super().__init__(net, AGENT, PORT)
        self.output = tempfile.TemporaryFile("w+")
        self.begin = time.monotonic()
        self.process = subprocess.Popen(["setpriv", "--pdeathsig=KILL", "ip", "netns", "exec", namespace, *words], text=True,
                                        stdout=self.output, stderr=self.output, start_new_session=True)
        self.pid = self.process.pid

    def log(self):
        self.output.seek(0)
        return self.output.read()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return self.log()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.end()
        self.output.close()


def agent(net, subject, options):
    """Of an image's root file system, or of a command in which {name}, {ip}, {port} and {controller} are replaced."""
    controller = f"http://{GATEWAY}:{CONTROLLER_PORT}"
    if os.path.isdir(subject):
        words = [f"-Dkconmon.controller-url={controller}", "-Dkconmon.pod-name=agent", "-Dkconmon.drain=0"]
        return Container(net, net.agent, "agent", subject, AGENT, PORT, ["--dns=" + GATEWAY, *options], words)
    for name, value in {"name": "agent", "ip": AGENT, "port": str(PORT), "controller": controller}.items():
        subject = subject.replace("{%s}" % name, value)
    return Child(net, net.agent, "sh", "-c", "exec " + subject)


def controller(net, root, peers, folder, options):
    """The real one, with a list of agents instead of a cluster."""
    agents = {"agent": AGENT, **{f"peer-{i}": peer_address(i) for i in range(peers)}}
    roster = pathlib.Path(folder, "roster.yaml")
    roster.write_text(json.dumps([{"name": it, "nodeName": it, "ip": agents[it], "zone": "zone"} for it in agents]))
    return Container(net, net.peers, "controller", root, GATEWAY, CONTROLLER_PORT,
                     ["--memory=256m", f"--volume={folder}:/etc/kconmon:ro", *options],
                     [f"-Dkconmon.bind-address={GATEWAY}", "-Dkconmon.roster=static", "-Dkconmon.mesh=full"])


def peers(net, program, replies, count):
    """They answer; from SIGUSR1 on they test the agent, too."""
    child = Child(net, net.peers, program, str(PORT), replies, AGENT, peer_address(0), str(count))
    while "ready" not in child.log():
        if child.process.poll() is not None:
            raise SystemExit(child.log())
        time.sleep(0.01)
    return child


class NameServer:
    """Says of each name that it has the address 192.0.2.1 (RFC 1035)."""

    def __init__(self, net):
        with net.inside(net.peers):
            self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((GATEWAY, 53))
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            query, client = self.socket.recvfrom(512)
            end = query.index(0, 12) + 5
            answer = b"\xc0\x0c\0\x01\0\x01\0\0\0\x1e\0\x04" + socket.inet_aton("192.0.2.1")
            self.socket.sendto(query[:2] + b"\x81\x80\0\x01\0\x01\0\0\0\0" + query[12:end] + answer, client)


def hog(net):
    return Child(net, net.peers, "sh", "-c", "while :; do :; done")
