#include "stop.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>

// A handler is given nothing but the signal, so that what it remembers cannot be anywhere else.
static atomic_int first_signal;
static atomic_llong first_time;

static long long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void remember(int number) {
  int none = 0;
  const long long now = nanoseconds();
  if (atomic_compare_exchange_strong(&first_signal, &none, number)) {
    atomic_store(&first_time, now);
    return;
  }
  const long long first = atomic_load(&first_time);
  if (first == 0 || now - first < 500000000LL) return;
  // Blocked until this handler returns, then it ends the process.
  signal(number, SIG_DFL);
  raise(number);
}

void locus_stop_install(void) {
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
  // Whoever started this process may have had them blocked, which is inherited.
  pthread_sigmask(SIG_UNBLOCK, &heeded, NULL);
}

int locus_stop_signal(void) { return atomic_load(&first_signal); }
