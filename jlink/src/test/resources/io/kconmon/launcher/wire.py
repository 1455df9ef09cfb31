"""A cable whose delay can be changed: carries Ethernet frames between two interfaces, both ways.

Each line on standard input is a delay each way in milliseconds, for the frames that come from then on. It is answered with one on
standard output: the most that a frame was late since the line before, in milliseconds. The end of input ends it. The interfaces should have checksums and large segments made by the kernel (ethtool -K IF
tx off tso off gso off gro off), or unfinished frames would pass.
"""
import collections
import select
import socket
import sys
import time

ETH_P_ALL, SOL_PACKET, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC = 3, 263, 1, 1


def attach(interface):
    s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    s.bind((interface, ETH_P_ALL))
    index = socket.if_nametoindex(interface)
    s.setsockopt(SOL_PACKET, PACKET_ADD_MEMBERSHIP,
                 index.to_bytes(4, sys.byteorder) + PACKET_MR_PROMISC.to_bytes(2, sys.byteorder) + bytes(10))
    s.setblocking(False)
    return s


def receive(source, queue, delay):
    while True:
        try:
            frame, address = source.recvfrom(65535)
        except OSError:  # nothing left, or the link is down
            return
        if address[2] != socket.PACKET_OUTGOING:
            due = time.monotonic() + delay
            queue.append((max(due, queue[-1][0]) if queue else due, frame))


def send(target, queue):
    """Returns the most that one of them was late, in seconds."""
    late = 0
    while queue and queue[0][0] <= time.monotonic():
        due, frame = queue.popleft()
        try:
            target.send(frame)
        except OSError:  # the link is down: the frame is lost
            pass
        late = max(late, time.monotonic() - due)
    return late


a, b = attach(sys.argv[1]), attach(sys.argv[2])
queues = {a: collections.deque(), b: collections.deque()}
delay = late = 0
while True:
    due = [queue[0][0] for queue in queues.values() if queue]
    ready, _, _ = select.select([a, b, sys.stdin], [], [], max(0, min(due) - time.monotonic()) if due else None)
    for source in (a, b):
        receive(source, queues[source], delay)
    late = max(late, send(b, queues[a]), send(a, queues[b]))
    if sys.stdin in ready:
        line = sys.stdin.readline()
        if not line:
            break
        delay = float(line) / 1000
        print(1000 * late, flush=True)
        late = 0
