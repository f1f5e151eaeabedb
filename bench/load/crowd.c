// A crowd of readers: N connections that read an event stream and note when each update
// has come in whole.
//
//   crowd READERS PROCESSES AT_ONCE DOORS PATH
//
// DOORS are ports of 127.0.0.1, with commas; the readers take turns at them, AT_ONCE on
// their way at a time. Standard output has one line of JSON when all are in. Then each
// line "MARK PATIENCE_MS" of standard input is answered by one, when all have that update
// or nobody got it for that long. The end of standard input ends the crowd.
//
// An update carries its mark, "zqj" and six digits and "q", near its end; it has come in
// when the empty line after the mark is read. Times are CLOCK_MONOTONIC in nanoseconds,
// as the publisher's are. Latencies are worked out by whoever knows when it was posted.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MARKS 512             // updates in one run; the marks count from 0
#define DOORS_AT_MOST 16
#define PROCESSES_AT_MOST 64
#define PER_ADDRESS 20        // readers that share a source address, as behind one router
#define FIRST_ADDRESS 0x7f010001u  // 127.1.0.1: none of the servers' own
#define STANDSTILL 5000000000ull   // ns without a new reader after which no more come
#define LONGEST 30000000000ull     // ns in which all must have come; who has not is left out
#define GLANCE 1000           // microseconds between two looks at the counters
#define BUFFER 262144

static const char PATTERN[] = "zqj######q";  // '#': a digit
enum { PATTERN_LENGTH = sizeof PATTERN - 1 };

typedef struct {
  volatile int connected, failed, closed, go;
  volatile uint64_t last_connected, octets;
  volatile int received[MARKS], twice;
} counters_t;

typedef struct {
  int fd;
  int mark;            // the update being read, -1 while none is
  int digits;
  uint8_t matched;     // of PATTERN
  uint8_t asked, open; // request sent; response head read
  uint8_t line_ends;   // in a row, carriage returns not counted
} reader_t;

static counters_t *shared;
static uint64_t *times;  // [mark * readers + reader]; 0: not received
static int readers, processes, at_once, doors[DOORS_AT_MOST], door_count;
static const char *path;

static uint64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "crowd: %s: %s\n", what, strerror(errno));
  exit(2);
}

// --- reading ---------------------------------------------------------------------------

static void received(int reader, int mark, uint64_t at) {
  if (mark >= MARKS) return;
  uint64_t *cell = &times[(size_t)mark * readers + reader];
  __sync_fetch_and_add(*cell ? &shared->twice : &shared->received[mark], 1);
  if (!*cell) *cell = at;
}

// Looks for the mark; returns where to go on.
static const char *seek(reader_t *r, const char *from, const char *end) {
  if (!r->matched) {
    from = memchr(from, PATTERN[0], end - from);
    if (!from) return end;
    r->matched = 1, r->digits = 0;
    return from + 1;
  }
  char seen = *from, wanted = PATTERN[r->matched];
  if (wanted == '#' ? seen < '0' || seen > '9' : seen != wanted) {
    r->matched = 0;
    return from;  // it may begin another
  }
  if (wanted == '#') r->digits = r->digits * 10 + seen - '0';
  if (++r->matched == PATTERN_LENGTH) r->matched = 0, r->mark = r->digits, r->line_ends = 0;
  return from + 1;
}

// Looks for the empty line that ends a response's head or an event.
static const char *to_empty_line(reader_t *r, const char *from, const char *end, int *found) {
  for (*found = 0; from < end && !*found; from++) {
    if (*from == '\n') *found = ++r->line_ends == 2;
    else if (*from != '\r') {
      r->line_ends = 0;
      const char *next = memchr(from, '\n', end - from);
      if (!next) return end;
      from = next - 1;
    }
  }
  return from;
}

static void read_on(reader_t *r, int number, const char *from, const char *end, uint64_t at) {
  int found;
  if (!r->open) {
    from = to_empty_line(r, from, end, &found);
    if (!found) return;
    r->open = 1;
    shared->last_connected = at;
    __sync_fetch_and_add(&shared->connected, 1);
  }
  while (from < end) {
    if (r->mark < 0) { from = seek(r, from, end); continue; }
    from = to_empty_line(r, from, end, &found);
    if (found) received(number, r->mark, at), r->mark = -1;
  }
}

// Reads all there is. Returns 1 when the response's head came to its end.
static int take(reader_t *r, int number) {
  static char buffer[BUFFER];
  int was_open = r->open;
  for (;;) {
    ssize_t got = recv(r->fd, buffer, sizeof buffer, 0);
    if (got <= 0) {
      if (got < 0 && (errno == EAGAIN || errno == EINTR)) break;
      close(r->fd);
      r->fd = -1;
      __sync_fetch_and_add(r->open ? &shared->closed : &shared->failed, 1);
      return !was_open;
    }
    uint64_t at = now();
    __sync_fetch_and_add(&shared->octets, got);
    read_on(r, number, buffer, buffer + got, at);
    if (got < BUFFER) break;
  }
  return !was_open && r->open;
}

// --- connecting ------------------------------------------------------------------------

static int dial(int number) {
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (fd < 0) fail("no further socket");
  setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct sockaddr_in a = {.sin_family = AF_INET};
  a.sin_addr.s_addr = htonl(FIRST_ADDRESS + number / PER_ADDRESS);
  if (bind(fd, (void *)&a, sizeof a)) fail("source address");
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  a.sin_port = htons(doors[number % door_count]);
  if (connect(fd, (void *)&a, sizeof a) && errno != EINPROGRESS) {
    close(fd);
    return -1;
  }
  return fd;
}

static int ask(reader_t *r, int door) {
  char request[2048];
  int length = snprintf(request, sizeof request,
      "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nAccept: text/event-stream\r\n\r\n", path, door);
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error || send(r->fd, request, length, MSG_NOSIGNAL) != length) return 0;
  r->asked = 1;
  return 1;
}

static void crowd(int first, int count) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() == 1) _exit(0);
  reader_t *all = calloc(count, sizeof *all);
  int poll = epoll_create1(0), begun = 0, in_flight = 0;
  int window = (at_once + processes - 1) / processes;
  struct epoll_event events[512];
  while (!shared->go) usleep(GLANCE / 10);
  for (;;) {
    for (; begun < count && in_flight < window && shared->go; begun++) {
      reader_t *r = &all[begun];
      r->mark = -1, r->fd = dial(first + begun);
      if (r->fd < 0) { __sync_fetch_and_add(&shared->failed, 1); continue; }
      struct epoll_event e = {.events = EPOLLIN | EPOLLOUT | EPOLLET, .data.u32 = begun};
      epoll_ctl(poll, EPOLL_CTL_ADD, r->fd, &e);
      in_flight++;
    }
    int ready = epoll_wait(poll, events, 512, -1);
    for (int i = 0; i < ready; i++) {
      int k = events[i].data.u32, number = first + k;
      reader_t *r = &all[k];
      if (r->fd < 0) continue;
      if (r->asked) {
        in_flight -= take(r, number);
      } else if (ask(r, doors[number % door_count])) {
        struct epoll_event e = {.events = EPOLLIN | EPOLLET, .data.u32 = k};
        epoll_ctl(poll, EPOLL_CTL_MOD, r->fd, &e);
      } else {
        close(r->fd), r->fd = -1, in_flight--;
        __sync_fetch_and_add(&shared->failed, 1);
      }
    }
  }
}

// --- reporting -------------------------------------------------------------------------

static void wait_for_all(uint64_t began) {
  int seen = -1;
  for (uint64_t moved = began;; usleep(GLANCE)) {
    int settled = shared->connected + shared->failed;
    if (settled != seen) seen = settled, moved = now();
    if (settled >= readers || now() - moved > STANDSTILL || now() - began > LONGEST) break;
  }
  shared->go = 0;
  printf("{\"connected\": %d, \"failed\": %d, \"closed\": %d, \"ns\": %llu}\n", shared->connected,
         shared->failed, shared->closed, (unsigned long long)(shared->last_connected - began));
  fflush(stdout);
}

static int ascending(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y;
}

static void report(int mark) {
  static uint64_t octets_before;
  uint64_t *sorted = malloc(sizeof *sorted * readers), octets = shared->octets;
  int got = 0;
  for (int i = 0; i < readers; i++)
    if (times[(size_t)mark * readers + i]) sorted[got++] = times[(size_t)mark * readers + i];
  qsort(sorted, got, sizeof *sorted, ascending);
  printf("{\"mark\": %d, \"got\": %d, \"closed\": %d, \"twice\": %d, \"octets\": %llu, \"ns\": [", mark,
         got, shared->closed, shared->twice, (unsigned long long)(octets - octets_before));
  // First, median, 99th percentile (nearest rank) and last.
  int ranks[] = {0, (got + 1) / 2 - 1, (got * 99 + 99) / 100 - 1, got - 1};
  for (int i = 0; got && i < 4; i++) printf("%s%llu", i ? ", " : "", (unsigned long long)sorted[ranks[i]]);
  printf("]}\n");
  fflush(stdout);
  octets_before = octets;
  free(sorted);
}

static void answer(int mark, int patience_ms) {
  int seen = 0;
  for (uint64_t moved = now();; usleep(GLANCE)) {
    int got = shared->received[mark];
    if (got != seen) seen = got, moved = now();
    if (got >= shared->connected - shared->closed || now() - moved > patience_ms * 1000000ull) break;
  }
  report(mark);
}

static void *share(size_t size) {
  void *memory = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("no memory to share");
  return memory;
}

int main(int count, char **words) {
  if (count != 6) return fprintf(stderr, "crowd READERS PROCESSES AT_ONCE DOORS PATH\n"), 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  readers = atoi(words[1]), processes = atoi(words[2]), at_once = atoi(words[3]), path = words[5];
  for (char *p = strtok(words[4], ","); p && door_count < DOORS_AT_MOST; p = strtok(NULL, ","))
    doors[door_count++] = atoi(p);
  if (readers < 1 || processes < 1 || processes > PROCESSES_AT_MOST || at_once < 1 || !door_count)
    return fprintf(stderr, "crowd: at least one of each\n"), 2;
  signal(SIGPIPE, SIG_IGN);
  shared = share(sizeof *shared);
  times = share(sizeof *times * MARKS * readers);
  for (int i = 0, first = 0; i < processes; i++) {
    int mine = readers / processes + (i < readers % processes), pid = fork();
    if (pid < 0) fail("no further process");
    if (!pid) crowd(first, mine);
    first += mine;
  }
  uint64_t began = now();
  shared->go = 1;
  wait_for_all(began);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    int mark, patience;
    if (sscanf(line, "%d %d", &mark, &patience) == 2 && mark >= 0 && mark < MARKS) answer(mark, patience);
  }
  return 0;
}
