/* Light peers for bench/agent.py: many addresses, one process.
 *
 * usage: peers PORT REPLIES AGENT FIRST COUNT
 *
 * Answers TCP "GET /readiness" and echoes UDP on PORT at every local address. REPLIES is "plain" (a packet returns as it
 * came) or "share" (the reply says how long the request lay here). From SIGUSR1 on, COUNT peers at FIRST, FIRST + 1 ... test the
 * agent at AGENT as an agent does. Prints "ready", and on SIGTERM what these tests found, as JSON.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <endian.h>
#include <err.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PACKETS = 5, UDP_TIMEOUT = 250, TCP_TIMEOUT = 1000, REQUEST_BYTES = 2000, SOURCES = 16384 };

static int share;
static struct sockaddr_in agent;
static char request[REQUEST_BYTES]; /* longer than a frame, as an agent's is */
static atomic_long tcp_passed, tcp_failed, udp_passed, udp_failed;

static void in_thread(void *(*run)(void *), void *argument) {
    pthread_attr_t small;
    pthread_t thread;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * 1024);
    pthread_attr_setdetachstate(&small, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&thread, &small, run, argument)) errx(1, "no thread");
}

static int bound(int type, uint32_t address, int port, int timeout_ms) {
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), on = 1;
    struct sockaddr_in name = {AF_INET, htons(port), {htonl(address)}, {0}};
    struct timeval timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000};
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout); /* of connect, too */
    if (!port) setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (fd < 0 || bind(fd, (struct sockaddr *) &name, sizeof name)) err(1, "bind");
    return fd;
}

static uint32_t requests_of(struct sockaddr_in *from) {
    static struct { uint32_t address; uint16_t port; uint32_t count; } sources[SOURCES];
    uint32_t address = from->sin_addr.s_addr, at = (address ^ from->sin_port * 40503u) % SOURCES;
    while (sources[at].count && (sources[at].address != address || sources[at].port != from->sin_port)) at = (at + 1) % SOURCES;
    sources[at].address = address;
    sources[at].port = from->sin_port;
    return ++sources[at].count;
}

/* Writes the reply over the request, and returns its length. */
static size_t reply(unsigned char *packet, size_t length, struct sockaddr_in *from, struct timespec *received) {
    if (!share || length != 4 || packet[0] != 0xA6) return length;
    struct timespec now;
    uint32_t count = htobe32(requests_of(from));
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t lay = htobe64((now.tv_sec - received->tv_sec) * 1000000000L + now.tv_nsec - received->tv_nsec);
    packet[0] = 0xA7;
    memcpy(packet + 4, &lay, 8);
    memcpy(packet + 12, &count, 4);
    return 16;
}

/* Answers from the address that was asked: the control message that told it tells it to sendmsg. */
static _Noreturn void *echo(void *socket) {
    for (int fd = (int) (intptr_t) socket;;) {
        unsigned char packet[64];
        char control[128] __attribute__((aligned(8)));
        struct sockaddr_in from;
        struct iovec part = {packet, sizeof packet};
        struct msghdr message = {&from, sizeof from, &part, 1, control, sizeof control, 0};
        struct in_pktinfo asked = {0};
        struct timespec received = {0};
        ssize_t n = recvmsg(fd, &message, 0);
        if (n < 0) continue;
        for (struct cmsghdr *it = CMSG_FIRSTHDR(&message); it; it = CMSG_NXTHDR(&message, it)) {
            if (it->cmsg_type == IP_PKTINFO && it->cmsg_level == IPPROTO_IP) memcpy(&asked, CMSG_DATA(it), sizeof asked);
            if (it->cmsg_type == SCM_TIMESTAMPNS && it->cmsg_level == SOL_SOCKET) memcpy(&received, CMSG_DATA(it), sizeof received);
        }
        asked.ipi_ifindex = 0;
        message.msg_controllen = CMSG_SPACE(sizeof asked);
        *CMSG_FIRSTHDR(&message) = (struct cmsghdr) {CMSG_LEN(sizeof asked), IPPROTO_IP, IP_PKTINFO};
        memcpy(CMSG_DATA(CMSG_FIRSTHDR(&message)), &asked, sizeof asked);
        part.iov_len = reply(packet, n, &from, &received);
        sendmsg(fd, &message, 0);
    }
}

static void *answer(void *socket) {
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
    int fd = (int) (intptr_t) socket;
    char part[4096];
    for (ssize_t n; (n = recv(fd, part, sizeof part, 0)) > 0;)
        if (n >= 4 && !memcmp(part + n - 4, "\r\n\r\n", 4)) {
            send(fd, ok, sizeof ok - 1, MSG_NOSIGNAL);
            break;
        }
    close(fd);
    return NULL;
}

static int get(uint32_t own) {
    char response[4096];
    int fd = bound(SOCK_STREAM, own, 0, TCP_TIMEOUT);
    int well = !connect(fd, (struct sockaddr *) &agent, sizeof agent) && send(fd, request, sizeof request, MSG_NOSIGNAL) > 0
        && recv(fd, response, sizeof response, 0) > 12 && !memcmp(response + 8, " 200", 4);
    while (well && recv(fd, response, sizeof response, 0) > 0) continue; /* until the agent closes */
    close(fd);
    return well;
}

static int ping(int fd, uint32_t token) {
    unsigned char packet[64] = {0xA6, token >> 16, token >> 8, token}, got[64];
    send(fd, packet, 4, 0);
    while (recv(fd, got, sizeof got, 0) >= 4)
        if (!memcmp(got + 1, packet + 1, 3)) return 1;
    return 0;
}

static _Noreturn void *test(void *address) {
    uint32_t own = (uint32_t) (uintptr_t) address, token = 0;
    unsigned seed = own;
    int udp = bound(SOCK_DGRAM, own, 0, UDP_TIMEOUT);
    if (connect(udp, (struct sockaddr *) &agent, sizeof agent)) err(1, "connect");
    for (useconds_t pause = rand_r(&seed) % 5000;; pause = 5050 + rand_r(&seed) % 450) {
        usleep(pause * 1000);
        (*(get(own) ? &tcp_passed : &tcp_failed))++;
        for (int i = 0; i < PACKETS; i++) (*(ping(udp, ++token) ? &udp_passed : &udp_failed))++;
    }
}

static _Noreturn void *accept_all(void *listener) {
    for (int fd;;)
        if ((fd = accept4((int) (intptr_t) listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) in_thread(answer, (void *) (intptr_t) fd);
}

int main(int argc, char **argv) {
    if (argc < 6) errx(2, "usage: peers PORT plain|share AGENT FIRST COUNT");
    int port = atoi(argv[1]), on = 1, signal;
    share = !strcmp(argv[2], "share");
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);

    int listener = bound(SOCK_STREAM, INADDR_ANY, port, 0), echoer = bound(SOCK_DGRAM, INADDR_ANY, port, 0);
    setsockopt(echoer, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
    int room = 16 << 20; /* an agent's packets leave at common times, to 999 peers that are one socket here */
    setsockopt(echoer, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    setsockopt(echoer, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    if (listen(listener, 1024)) err(1, "listen");
    in_thread(accept_all, (void *) (intptr_t) listener);
    in_thread(echo, (void *) (intptr_t) echoer);
    agent = (struct sockaddr_in) {AF_INET, htons(port), {inet_addr(argv[3])}, {0}};
    memset(request, 'x', sizeof request);
    request[sprintf(request, "GET /readiness HTTP/1.1\r\nHost: agent\r\nConnection: close\r\nX-Padding: ")] = 'x';
    memcpy(request + sizeof request - 4, "\r\n\r\n", 4);
    puts("ready");
    fflush(stdout);
    while (!sigwait(&signals, &signal) && signal == SIGUSR1)
        for (int i = 0; i < atoi(argv[5]); i++) in_thread(test, (void *) (uintptr_t) (ntohl(inet_addr(argv[4])) + i));
    printf("{\"tcp_passed\": %ld, \"tcp_failed\": %ld, \"udp_passed\": %ld, \"udp_failed\": %ld}\n", tcp_passed, tcp_failed,
           udp_passed, udp_failed);
}
