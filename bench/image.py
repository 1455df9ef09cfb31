#!/usr/bin/env python3
"""What the image costs to run: time to ready, and resident memory of an agent with 75 peers and of a controller.

usage: bench/image.py IMAGE [--peers N] [--runs N] [--seconds N] [--flags JVM_FLAGS]

Needs root, podman and runc. Everything is on loopback addresses of this machine. The peers are simulated, in one
process: each echoes the agent's UDP packets, answers its requests, and tests it in turn, as often as an agent does.
"""
import argparse
import asyncio
import json
import os
import random
import statistics
import subprocess
import tempfile
import time
import urllib.request

AGENT, CONTROLLER, PORT = "127.79.0.1", "127.79.0.250", 18097
RUN = ["podman", "--runtime", "/usr/sbin/runc", "run", "--detach", "--ulimit", "nofile=1024:20000", "--ulimit",
       "nproc=4096:4096", "--network=host", "--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges"]


class Echo(asyncio.DatagramProtocol):
    """An echo that returns what it gets; the replies to its own packets are swallowed."""

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, address):
        if data != b"pong":
            self.transport.sendto(data, address)


async def answer(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n")
    await writer.drain()
    writer.close()


async def test(address, udp):
    """One round of an agent's tests, every 5 s and a jitter."""
    await asyncio.sleep(random.uniform(0, 5))
    while True:
        try:
            reader, writer = await asyncio.open_connection(AGENT, PORT, local_addr=(address, 0))
            writer.write(b"GET /readiness HTTP/1.1\r\nHost: agent\r\nConnection: close\r\n\r\n")
            await reader.read()
            writer.close()
        except OSError:
            pass
        for _ in range(5):
            udp.sendto(b"ping", (AGENT, PORT))
            await asyncio.sleep(0.001)
        await asyncio.sleep(5 + random.uniform(0.05, 0.5))


async def peers(addresses):
    loop = asyncio.get_running_loop()
    tests = []
    for address in addresses:
        await asyncio.start_server(answer, address, PORT)
        udp, _ = await loop.create_datagram_endpoint(Echo, local_addr=(address, PORT))
        tests.append(test(address, udp))
    await asyncio.gather(*tests)


def get(address, path):
    try:
        with urllib.request.urlopen(f"http://{address}:{PORT}{path}", timeout=2) as response:
            return response.read().decode()
    except OSError:
        return None


class Container:
    def __init__(self, options, *words):
        self.id = subprocess.check_output([*RUN, *options, *words], text=True).strip()
        self.pid = int(subprocess.check_output(["podman", "inspect", "--format={{.State.Pid}}", self.id]))
        # Of the process, not of podman, which takes longer to set a container up than the program takes to start.
        self.begin = time.monotonic() - (float(open("/proc/uptime").read().split()[0]) - self.started())

    def started(self):
        ticks = int(open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()[19])
        return ticks / os.sysconf("SC_CLK_TCK")

    def ready(self, address):
        while get(address, "/health/started") is None:
            if time.monotonic() - self.begin > 60:
                raise SystemExit(subprocess.check_output(["podman", "logs", self.id], text=True))
            time.sleep(0.002)
        return (time.monotonic() - self.begin) * 1000

    def memory(self):
        fields = dict(line.split(":") for line in open(f"/proc/{self.pid}/status") if ":" in line)
        return tuple(int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon", "RssFile"))

    def cpu(self):
        user, system = open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["podman", "rm", "--force", "--time=0", self.id], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("image")
    parser.add_argument("--peers", type=int, default=75)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--flags", default="")
    parser.add_argument("--agent-memory", default="80m")
    parser.add_argument("--controller-memory", default="256m")
    given = parser.parse_args()
    env = ["--env", "JDK_JAVA_OPTIONS=" + given.flags] if given.flags else []
    addresses = [f"127.79.{1 + i // 250}.{1 + i % 250}" for i in range(given.peers)]
    agent = [*env, "--memory", given.agent_memory, "--entrypoint=agent", given.image, f"-Dkconmon.bind-address={AGENT}",
             f"-Dkconmon.port={PORT}", f"-Dkconmon.controller-url=http://{CONTROLLER}:{PORT}", "-Dkconmon.pod-name=agent",
             "-Dkconmon.dns.hosts=localhost", "-Dkconmon.drain=0"]

    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        with open(folder + "/roster.yaml", "w") as file:
            json.dump([{"name": name, "nodeName": name, "ip": ip, "zone": "zone"} for name, ip in
                       [("agent", AGENT), *((f"peer-{i}", ip) for i, ip in enumerate(addresses))]], file)
        controller = [*env, "--memory", given.controller_memory, f"--volume={folder}:/etc/kconmon:ro", "--entrypoint=controller", given.image,
                      f"-Dkconmon.bind-address={CONTROLLER}", f"-Dkconmon.port={PORT}", "-Dkconmon.roster=static"]
        for name, words, address in (("agent", agent, AGENT), ("controller", controller, CONTROLLER)):
            times, cpu = [], []
            for _ in range(given.runs):
                with Container(words) as container:
                    times.append(container.ready(address))
                    cpu.append(container.cpu() * 1000)
            print(f"{name}: ready after {statistics.median(times):.0f} ms (median of {sorted(round(it) for it in times)}), "
                  f"{statistics.median(cpu):.0f} ms of CPU", flush=True)

        child = os.fork()
        if child == 0:
            asyncio.run(peers(addresses))
        try:
            with Container(controller) as its_controller:
                its_controller.ready(CONTROLLER)
                with Container(agent) as its_agent:
                    its_agent.ready(AGENT)
                    time.sleep(given.seconds / 2)
                    before, samples = its_agent.cpu(), []
                    for _ in range(given.seconds // 2):
                        page = get(AGENT, "/metrics") or ""
                        time.sleep(1)
                        samples.append((its_agent.memory(), its_controller.memory()))
                    cpu = (its_agent.cpu() - before) / (given.seconds // 2) * 1000
                    results = [line for line in page.splitlines() if "_results_total{" in line and "dns" not in line]
                    passed = sum(float(line.rsplit(" ", 1)[1]) for line in results if '"pass"' in line)
                    failed = sum(float(line.rsplit(" ", 1)[1]) for line in results if '"fail"' in line)
                    for index, name in enumerate(("agent", "controller")):
                        medians = [statistics.median(it[index][part] for it in samples) for part in range(3)]
                        print("%s: resident %.0f MiB, of which anonymous %.0f, of files %.0f" % (name, *medians))
                    print(f"agent: {given.peers} peers, {passed:.0f} tests passed, {failed:.0f} failed, page {len(page)} bytes, "
                          f"{cpu:.0f} m of a CPU (read each second)")
        finally:
            os.kill(child, 9)
            os.waitpid(child, 0)


main()
