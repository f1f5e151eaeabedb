// The kernel's floor: what it costs to hand one update to N readers when nothing else is
// done at all. One thread, epoll, and a loop of send(2): no topics, no history, no limits.
//
//   floor PORT
//
// GET anything subscribes; POST sends its body, as it is, as one event's data.
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define REQUEST 131072  // octets of the largest request
#define BACKLOG 4096
#define DESCRIPTORS (1 << 20)  // more than any one process is given here
#define AT_ONCE 64      // connections accepted in one turn

static const char OPENING[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
    "Transfer-Encoding: chunked\r\n\r\n3\r\n:\n\n\r\n";
static const char DONE[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

static int *subscribed, subscribers;  // descriptors, in no order
static int *place;                    // descriptor -> its place in it + 1; 0: none

static void hand_out(const char *data, int length) {
  static char frame[REQUEST + 64], event[REQUEST + 32];
  int inside = snprintf(event, sizeof event, "id: 1\ndata: %.*s\n\n", length, data);
  int size = snprintf(frame, sizeof frame, "%x\r\n%s\r\n", inside, event);
  for (int i = 0; i < subscribers; i++)
    if (send(subscribed[i], frame, size, MSG_NOSIGNAL) != size) fprintf(stderr, "floor: a reader lags\n");
}

static void leave(int fd) {
  if (place[fd]) {
    int last = subscribed[--subscribers];
    subscribed[place[fd] - 1] = last;
    place[last] = place[fd];
    place[fd] = 0;
  }
  close(fd);
}

// The whole request in one place, or 0. One at a time is under way: the publisher's.
static int whole(char *request, int *length) {
  char *head_end = memmem(request, *length, "\r\n\r\n", 4);
  if (!head_end) return 0;
  request[*length] = 0;
  char *field = strcasestr(request, "content-length:");
  int body = field && field < head_end ? atoi(field + 15) : 0;
  return *length - (head_end + 4 - request) >= body;
}

static void hear(int fd) {
  static char request[REQUEST + 1];
  static int so_far, whose = -1;
  int offset = whose == fd ? so_far : 0;
  ssize_t got = recv(fd, request + offset, REQUEST - offset, 0);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    if (whose == fd) whose = -1;
    leave(fd);
    return;
  }
  if (place[fd]) return;  // a reader has nothing to say
  int length = offset + got;
  if (!whole(request, &length)) {
    whose = fd, so_far = length;
    return;
  }
  whose = -1;
  if (request[0] == 'G') {
    send(fd, OPENING, sizeof OPENING - 1, MSG_NOSIGNAL);
    subscribed[subscribers++] = fd;
    place[fd] = subscribers;
    return;
  }
  char *body = (char *)memmem(request, length, "\r\n\r\n", 4) + 4;
  hand_out(body, request + length - body);
  send(fd, DONE, sizeof DONE - 1, MSG_NOSIGNAL);
}

static void let_in(int listener, int poll) {
  int one = 1;
  for (int i = 0; i < AT_ONCE; i++) {
    int fd = accept4(listener, 0, 0, SOCK_NONBLOCK);
    if (fd < 0) return;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP, .data.fd = fd};
    epoll_ctl(poll, EPOLL_CTL_ADD, fd, &e);
  }
}

int main(int count, char **words) {
  if (count != 2) return fprintf(stderr, "floor PORT\n"), 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  struct rlimit limit;
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
  setrlimit(RLIMIT_NOFILE, &limit);
  subscribed = calloc(limit.rlim_cur, sizeof *subscribed);
  place = calloc(limit.rlim_cur, sizeof *place);
  int one = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(atoi(words[1]))};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener, (void *)&a, sizeof a) || listen(listener, BACKLOG)) return perror("floor: port"), 1;
  int poll = epoll_create1(0);
  struct epoll_event e = {.events = EPOLLIN, .data.fd = listener}, events[256];
  epoll_ctl(poll, EPOLL_CTL_ADD, listener, &e);
  for (;;) {
    int ready = epoll_wait(poll, events, 256, -1);
    for (int i = 0; i < ready; i++) {
      if (events[i].data.fd == listener) let_in(listener, poll);
      else hear(events[i].data.fd);
    }
  }
}
