#include "stop.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

// A handler is given nothing but the signal, so that what it remembers cannot be anywhere else.
static atomic_int first_signal;
static atomic_llong first_time;
static atomic_bool is_announced;
// Its writing end gets a byte at the first signal, for which a thread waits at the other.
static int news[2] = {-1, -1};

static long long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

// Whether this is the first of all.
static bool is_first(int number) {
  int none = 0;
  if (!atomic_compare_exchange_strong(&first_signal, &none, number)) return false;
  atomic_store(&first_time, nanoseconds());
  const int saved = errno;
  ssize_t written = write(news[1], "!", 1);
  (void)written;
  errno = saved;
  return true;
}

static void remember(int number) {
  if (is_first(number)) return;
  const long long first = atomic_load(&first_time);
  if (first == 0 || nanoseconds() - first < 500000000LL) return;
  // What was announced is not another request; the next one is.
  if (atomic_exchange(&is_announced, false)) {
    atomic_store(&first_time, nanoseconds());
    return;
  }
  // Blocked until this handler returns, then it ends the process.
  signal(number, SIG_DFL);
  raise(number);
}

static void heed_announcement(int number, siginfo_t *information, void *context) {
  (void)number;
  (void)context;
  if (information->si_code > 0 || information->si_pid != getppid()) return;
  if (is_first(SIGTERM)) atomic_store(&is_announced, true);
}

void locus_stop_install(bool is_announced_by_parent) {
  // A second call keeps what the first one made.
  if (news[0] < 0 && pipe(news) == 0) {
    for (int end = 0; end < 2; end++) fcntl(news[end], F_SETFD, FD_CLOEXEC);
  }
  struct sigaction action = {0};
  action.sa_handler = remember;
  // Reading and writing go on where they were.
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  const int numbers[] = {SIGINT, SIGTERM, SIGUSR1};
  sigset_t heeded;
  sigemptyset(&heeded);
  for (size_t index = 0; index < sizeof numbers / sizeof *numbers; index++) {
    sigaction(numbers[index], &action, NULL);
    sigaddset(&heeded, numbers[index]);
  }
  if (is_announced_by_parent) {
    struct sigaction announced = {.sa_sigaction = heed_announcement, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigemptyset(&announced.sa_mask);
    sigaction(SIGCONT, &announced, NULL);
    sigaddset(&heeded, SIGCONT);
  }
  // Whoever started this process may have had them blocked, which is inherited.
  pthread_sigmask(SIG_UNBLOCK, &heeded, NULL);
}

int locus_stop_wait(void) {
  char byte;
  ssize_t count;
  do count = read(news[0], &byte, 1);
  while (count < 0 && errno == EINTR);
  return count == 1 ? atomic_load(&first_signal) : 0;
}

int locus_stop_signal(void) { return atomic_load(&first_signal); }
