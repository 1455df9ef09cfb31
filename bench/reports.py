#!/usr/bin/env python3
"""What reports cost a controller: CPU and memory with reports.enabled and without, beside simulated agents.

    bench/reports.py [AGENTS:PEERS...]      75:74 1000:21 if none is given; build first (mvn package)
"""
import glob, json, os, subprocess, sys, tempfile, time, urllib.request

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIB = glob.glob(HOME + "/jlink/target/kconmon-launcher-*T.jar") + [HOME + "/jlink/target/lib/*"]
JAVA = os.environ.get("JAVA", "java")
WARM, MEASURED = int(os.environ.get("WARM", "40")), 60
PORT, AGENTS_PORT = 18080, 18081


def cpu_millis(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def resident_mib(pid):
    return int(next(line for line in open(f"/proc/{pid}/status") if line.startswith("VmRSS")).split()[1]) / 1024


def metric(name):
    page = urllib.request.urlopen(f"http://127.0.0.1:{PORT}/metrics").read().decode()
    values = [float(line.split()[-1]) for line in page.splitlines() if line.startswith(name + " ")]
    return values[0] if values else 0


def status(kind):
    """Its size in kB, and the median of five answers' milliseconds."""
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/status", headers={"Accept": kind})
    millis = []
    for _ in range(5):
        begin = time.monotonic()
        size = len(urllib.request.urlopen(request).read())
        millis.append((time.monotonic() - begin) * 1000)
    return size / 1000, sorted(millis)[2]


def run(agents, peers, reports):
    with tempfile.TemporaryDirectory() as folder:
        roster = folder + "/roster.json"
        json.dump([{"name": f"pod-{i:04}", "nodeName": f"node-{i:04}", "ip": f"127.1.{i >> 8}.{i & 255}",
                    "zone": f"zone-{'abc'[i % 3]}", "port": AGENTS_PORT} for i in range(agents)], open(roster, "w"))
        fakes = subprocess.Popen([JAVA, "-Xmx256m", "-XX:+UseSerialGC", HOME + "/bench/ReportAgents.java",
                                  str(AGENTS_PORT), str(agents), str(peers)], stdout=subprocess.PIPE, text=True)
        fakes.stdout.readline()
        controller = subprocess.Popen(
            [JAVA, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xms8m", "-XX:NewSize=1m", "-Xmx128m", "-Xss256k",
             "-cp", ":".join(LIB), "io.kconmon.launcher.Main", "controller", "-Dkconmon.roster=static",
             "-Dkconmon.roster-file=" + roster, "-Dkconmon.bind-address=127.0.0.1", f"-Dkconmon.port={PORT}",
             f"-Dkconmon.reports.enabled={str(reports).lower()}"], stdout=open(folder + "/log", "w"))
        try:
            time.sleep(WARM)
            before, got = cpu_millis(controller.pid), metric("kconmon_reports_received_total")
            time.sleep(MEASURED)
            cpu = (cpu_millis(controller.pid) - before) / MEASURED
            got = metric("kconmon_reports_received_total") - got
            failed = metric("kconmon_reports_failed_total")
            verdicts = sum(1 for line in open(folder + "/log") if "verdict begins" in line)
            kept = metric("kconmon_reports_kept_bytes")
            memory = resident_mib(controller.pid)
            return cpu, memory, got / MEASURED, failed, verdicts, kept, status("text/plain"), status("application/json")
        finally:
            controller.kill()
            fakes.kill()
            controller.wait()
            fakes.wait()


for size in sys.argv[1:] or ["75:74", "1000:21"]:
    agents, peers = map(int, size.split(":"))
    off = run(agents, peers, False)
    on = run(agents, peers, True)
    print(f"{agents} agents of {peers} peers: {on[0] - off[0]:.1f} ms/s of CPU ({on[0]:.1f} less {off[0]:.1f}), "
          f"{on[1] - off[1]:.1f} MiB resident ({on[1]:.1f} less {off[1]:.1f}); {on[2]:.1f} reports a second, "
          f"{on[3]:.0f} failed, {on[4]} verdicts, {on[5] / 2**20:.1f} MiB of reports kept; "
          f"/status {on[6][0]:.1f} kB in {on[6][1]:.0f} ms, as JSON {on[7][0]:.0f} kB in {on[7][1]:.0f} ms", flush=True)
