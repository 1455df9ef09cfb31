#!/usr/bin/env python3
"""What a bounded mesh costs a controller: memory and CPU at rest, and for a node that goes and comes.

    bench/bounded.py [NODES[:READERS[:HEAP_MB[:reports]]]...]    build first (mvn package); JAVA is the java of a JDK 25

READERS of the nodes read their streams, each as an agent that says who it is; with reports, simulated agents of 28 peers
are asked for theirs. The JVM has the image's flags, but not its class archive. At rest is for two minutes (MEASURED), in
which agents go through four steps of the rotation.
"""
import glob, json, os, subprocess, sys, tempfile, time, urllib.request

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LIB = glob.glob(HOME + "/jlink/target/kconmon-launcher-*T.jar") + [HOME + "/jlink/target/lib/*"]
JAVA = os.environ.get("JAVA", "java")
FLAGS = [line.strip() for name in ("jvm", "controller") for line in open(f"{HOME}/jlink/src/image/flags/{name}")
         if line.startswith("-") and "RAMPercentage" not in line]
MEASURED = int(os.environ.get("MEASURED", "120"))
PORT, AGENTS_PORT = 18090, 18091


def cpu_millis(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def memory_mib(pid):
    lines = dict(line.split(":") for line in open(f"/proc/{pid}/status"))
    return [int(lines[it].split()[0]) / 1024 for it in ("VmRSS", "RssAnon")]


def metric(name):
    page = urllib.request.urlopen(f"http://127.0.0.1:{PORT}/metrics").read().decode()
    return sum(float(line.split()[-1]) for line in page.splitlines() if line.startswith((name + " ", name + "{")))


def sent():
    return metric("kconmon_stream_events_total"), metric("kconmon_stream_sent_bytes_total")


def write(path, nodes):
    agents = [{"name": f"pod-{i:04}", "nodeName": f"node-{i:04}", "ip": f"127.1.{i >> 8}.{i & 255}",
               "zone": f"zone-{'abc'[i % 3]}", "port": AGENTS_PORT} for i in nodes]
    with open(path + ".new", "w") as file:
        json.dump(agents, file)
    os.rename(path + ".new", path)


def run(nodes, readers, heap, reports):
    with tempfile.TemporaryDirectory() as folder:
        roster = folder + "/roster.json"
        write(roster, range(nodes))
        others = []
        controller = subprocess.Popen(
            [JAVA, *FLAGS, f"-Xmx{heap}m",
             "-cp", ":".join(LIB), "io.kconmon.launcher.Main", "controller", "-Dkconmon.roster=static",
             "-Dkconmon.roster-file=" + roster, "-Dkconmon.bind-address=127.0.0.1", f"-Dkconmon.port={PORT}",
             f"-Dkconmon.reports.enabled={str(reports).lower()}"], stdout=open(folder + "/log", "w"))
        try:
            if reports:
                others.append(subprocess.Popen([JAVA, "-Xmx256m", "-XX:+UseSerialGC", HOME + "/bench/ReportAgents.java",
                                                str(AGENTS_PORT), str(nodes), "28"], stdout=subprocess.PIPE, text=True))
                others[-1].stdout.readline()
            time.sleep(10)
            if readers:
                others.append(subprocess.Popen([JAVA, "-Xmx256m", "-XX:+UseSerialGC", HOME + "/bench/StreamReaders.java",
                                                str(PORT), str(readers)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
                others[-1].stdout.readline()
            time.sleep(40)
            cpu, before = cpu_millis(controller.pid), sent()
            time.sleep(MEASURED)
            cpu, after = (cpu_millis(controller.pid) - cpu) / MEASURED, sent()
            reading = metric("kconmon_stream_readers")
            print(f"{nodes} nodes, {reading:.0f} streams, heap of {heap} MB, reports {reports}: {memory_mib(controller.pid)[0]:.0f} MiB "
                  f"resident, {memory_mib(controller.pid)[1]:.0f} of them anonymous; {cpu:.0f} ms/s of CPU; "
                  f"{(after[0] - before[0]) / MEASURED:.0f} events and {(after[1] - before[1]) / MEASURED / 1000:.1f} kB a second; "
                  f"a cycle is {metric('kconmon_mesh_cycle_seconds') / 60:.0f} min", flush=True)
            if readers:
                for what, now in (("goes", [it for it in range(nodes) if it != 7]), ("comes", range(nodes))):
                    cpu, before = cpu_millis(controller.pid), sent()
                    write(roster, now)
                    time.sleep(10)
                    rest = (after[0] - before[0], after[1] - before[1])
                    print(f"  a node {what}: {cpu_millis(controller.pid) - cpu:.0f} ms of CPU, "
                          f"{sent()[0] - before[0]:.0f} events and {(sent()[1] - before[1]) / 1000:.1f} kB in 10 s, all told", flush=True)
        finally:
            for it in others + [controller]:
                it.kill()
                it.wait()


for size in sys.argv[1:] or ["5000:0:96", "5000:0:96:reports", "5000:5000:256:reports"]:
    words = size.split(":")
    run(int(words[0]), int((words + ["0"])[1] if len(words) > 1 else 0), int(words[2]) if len(words) > 2 else 64, len(words) > 3)
