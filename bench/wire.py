"""The wire of a bench: two network namespaces joined by a veth pair, and what its packets say of the agent's figures.

The agent is alone in one namespace. In the other every address of a network is local, so that one process is many peers.
"""
import contextlib
import ctypes
import os
import socket
import statistics
import struct
import subprocess
import threading

PORT = 8080
AGENT, GATEWAY, PEERS = "10.78.0.1", "10.78.0.2", "10.79.0.0/16"
CLONE_NEWNET = 0x40000000  # linux/sched.h
SO_TIMESTAMPNS, SO_RCVBUFFORCE = 35, 33  # asm-generic/socket.h
SOL_PACKET, PACKET_STATISTICS, ETH_P_ALL = 263, 6, 3  # linux/socket.h, linux/if_packet.h, linux/if_ether.h
UDP, TCP, SYN, ACK = 17, 6, 2, 16
NEW_ROUND_NANOS = 2_000_000_000  # a round's packets follow each other faster, rounds more slowly
LOST_NANOS = 250_000_000
SETTLED_NANOS = 500_000_000  # a figure may take so long from the last packet to the gauge
LIBC = ctypes.CDLL(None, use_errno=True)


def peer_address(number):
    return f"10.79.{(number + 1) // 256}.{(number + 1) % 256}"


def setns(file):
    if LIBC.setns(file.fileno(), CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Net:
    """Use it in a with statement: at its end the namespaces are gone."""

    def __init__(self):
        self.agent, self.peers = (f"kconmon-bench-{os.getpid()}-{side}" for side in ("agent", "peers"))

    def __enter__(self):
        for name in (self.agent, self.peers):
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("link", "add", "eth0", "netns", self.agent, "type", "veth", "peer", "name", "eth0", "netns", self.peers)
        for name, address in ((self.agent, AGENT), (self.peers, GATEWAY)):
            ip("-n", name, "address", "add", address + "/30", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
        ip("-n", self.agent, "route", "add", PEERS, "via", GATEWAY)
        ip("-n", self.peers, "route", "add", "local", PEERS, "dev", "lo")
        return self

    def __exit__(self, *_):
        for name in (self.agent, self.peers):
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)

    @contextlib.contextmanager
    def inside(self, name):
        """Sockets that are made meanwhile by this thread belong to that namespace, also later."""
        with open("/proc/thread-self/ns/net") as before, open("/run/netns/" + name) as there:
            setns(there)
            try:
                yield
            finally:
                setns(before)


class Exchange:
    """A request that went out and perhaps its answer; nanoseconds since 1970."""

    def __init__(self, begin):
        self.begin, self.nanos, self.again = begin, None, False

    def ends(self):
        return self.begin + (LOST_NANOS if self.nanos is None else self.nanos)


class Truth:
    """From packets to what the agent's gauges should say: fed with IPv4 packets as they pass the agent's end of the wire."""

    def __init__(self):
        self.open = {}
        self.rounds = {"udp": {}, "tcp": {}}  # peer: [[exchange]]

    def packet(self, at, outgoing, data):
        if len(data) < 20 or data[0] >> 4 != 4 or data[9] not in (UDP, TCP):
            return
        body = data[(data[0] & 15) * 4:]
        source_port, port = struct.unpack_from("!HH", body)
        if outgoing and port == PORT:
            self.segment(at, True, data[9], socket.inet_ntoa(data[16:20]), source_port, body)
        elif not outgoing and source_port == PORT:
            self.segment(at, False, data[9], socket.inet_ntoa(data[12:16]), port, body)

    def segment(self, at, is_request, protocol, peer, port, body):
        if protocol == UDP:
            payload = body[8:]
            key = peer, port, payload[1:4]
            if is_request:
                self.request("udp", peer, key, at)
            else:
                self.answer(key, at - share(payload))
        elif body[13] & SYN:
            key = peer, port
            if is_request and key in self.open:
                self.open[key].again = True
            elif is_request:
                self.request("tcp", peer, key, at)
            elif body[13] & ACK:
                self.answer(key, at)

    def request(self, protocol, peer, key, at):
        rounds = self.rounds[protocol].setdefault(peer, [])
        exchange = self.open[key] = Exchange(at)
        if rounds and at - rounds[-1][-1].begin < NEW_ROUND_NANOS:
            rounds[-1].append(exchange)
        else:
            rounds.append([exchange])

    def answer(self, key, at):
        exchange = self.open.pop(key, None)
        if exchange:
            exchange.nanos = at - exchange.begin

    def settled(self, protocol, peer, since, until):
        """The number and the mean, ms, of the round that a page asked for and read within that time shows; None if unsure."""
        rounds = self.rounds[protocol].get(peer, [])
        for number in reversed(range(len(rounds))):
            exchanges = rounds[number]
            if exchanges[0].begin > until:
                continue
            whole = number > 0 and not any(it.again for it in exchanges)  # the capture may have begun within the first
            times = [it.nanos / 1e6 for it in exchanges if it.nanos is not None]
            settled = max(it.ends() for it in exchanges) < since - SETTLED_NANOS
            return (number, statistics.mean(times)) if whole and times and settled else None
        return None


def share(payload):
    """How long a request lay with the peer, nanoseconds, as its reply says (RFC 8762: T3 - T2); 0 where it does not."""
    return struct.unpack_from("!Q", payload, 4)[0] if len(payload) == 16 and payload[0] == 0xA7 else 0


class Capture:
    """Reads the agent's end of the wire with the kernel's stamps; now and then and not at each packet, to disturb little."""

    def __init__(self, net):
        self.truth = Truth()
        with net.inside(net.agent):
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self.socket.bind(("eth0", ETH_P_ALL))
        self.socket.setblocking(False)
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self.truth

    def run(self):
        while not self.done.wait(0.05):
            self.drain()

    def drain(self):
        with contextlib.suppress(BlockingIOError):
            while True:
                data, control, _, address = self.socket.recvmsg(96, 64)
                seconds, nanos = struct.unpack("qq", control[0][2])
                self.truth.packet(seconds * 1_000_000_000 + nanos, address[2] == socket.PACKET_OUTGOING, data)

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()
        with self.socket:
            _, dropped = struct.unpack("II", self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        if dropped:
            raise SystemExit(f"the capture lost {dropped} packets")


def self_test():
    """Packets by hand: two rounds, of which one is shown; a loss, a share, a SYN sent twice."""
    def packet(protocol, source, destination, body):
        return bytes([0x45]) + bytes(8) + bytes([protocol]) + bytes(2) + socket.inet_aton(source) + socket.inet_aton(destination) + body

    def udp(outgoing, payload):
        ends, ports = ((AGENT, "10.79.0.1"), (40000, PORT)) if outgoing else (("10.79.0.1", AGENT), (PORT, 40000))
        return packet(UDP, *ends, struct.pack("!HHHH", *ports, 8 + len(payload), 0) + payload)

    def tcp(outgoing, flags):
        ends, ports = ((AGENT, "10.79.0.1"), (40001, PORT)) if outgoing else (("10.79.0.1", AGENT), (PORT, 40001))
        return packet(TCP, *ends, struct.pack("!HH9xB6x", *ports, flags))

    truth, second = Truth(), 1_000_000_000
    for begin in (second, 6 * second, 11 * second):
        truth.packet(begin, True, udp(True, b"\xa6abc"))
        truth.packet(begin + 300_000, False, udp(False, b"\xa6abc"))
        truth.packet(begin + 400_000, True, udp(True, b"\xa6abd"))
        truth.packet(begin + 900_000, False, udp(False, b"\xa7abd" + struct.pack("!QI", 400_000, 1)))
        truth.packet(begin + 950_000, True, udp(True, b"\xa6abe"))
        truth.packet(begin, True, tcp(True, SYN))
        if begin > 8 * second:
            truth.packet(begin + 100_000, True, tcp(True, SYN))
        truth.packet(begin + 250_000, False, tcp(False, SYN | ACK))
    expected = [("udp", 8, (1, 0.2)), ("udp", 6.6, None), ("udp", 3, None), ("tcp", 8, (1, 0.25)), ("tcp", 13, None)]
    for protocol, at, result in expected:
        found = truth.settled(protocol, "10.79.0.1", int(at * second), int((at + 0.1) * second))
        assert found == result, (protocol, at, result, found)
