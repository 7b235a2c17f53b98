#include "guard.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct range {
  struct range *next;
  uintptr_t base;
  size_t length;
  size_t message_length;
  /// Made beforehand, because a handler may not format.
  char message[];
} range;

static range *ranges;
static struct sigaction previous;

// Guards `ranges`, also from the handler: nobody touches a mapped file while holding it, so the thread that the signal
// stops is never the one that holds it, and the one that does goes on and lets go.
static atomic_flag is_taken = ATOMIC_FLAG_INIT;

static void take(void) {
  while (atomic_flag_test_and_set_explicit(&is_taken, memory_order_acquire)) {
  }
}

static void release(void) { atomic_flag_clear_explicit(&is_taken, memory_order_release); }

bool locus_guard_add(const void *base, size_t length, const char *name) {
  static const char format[] =
      "locus: cannot read %s: it shrank or its storage failed while it was in use; restore the file and run the same "
      "command again\n";
  size_t capacity = sizeof format + strlen(name);
  range *added = malloc(sizeof *added + capacity);
  if (added == NULL) return false;
  added->base = (uintptr_t)base;
  added->length = length;
  added->message_length = (size_t)snprintf(added->message, capacity, format, name);
  take();
  added->next = ranges;
  ranges = added;
  release();
  return true;
}

void locus_guard_remove(const void *base) {
  take();
  range **link = &ranges;
  while (*link != NULL && (*link)->base != (uintptr_t)base) link = &(*link)->next;
  range *removed = *link;
  if (removed != NULL) *link = removed->next;
  release();
  free(removed);
}

static void handle(int signal, siginfo_t *information, void *context) {
  (void)context;
  // One that another process sent has no address.
  bool is_fault = information->si_code > 0;
  if (is_fault) {
    uintptr_t address = (uintptr_t)information->si_addr;
    take();
    for (const range *range = ranges; range != NULL; range = range->next) {
      if (address - range->base >= range->length) continue;
      // In one piece, so that the sentences of several ranks do not mix.
      ssize_t written = write(STDERR_FILENO, range->message, range->message_length);
      (void)written;
      _exit(1);
    }
    release();
  }
  // On return the instruction faults again, now for the handler before; a signal that was sent comes once only.
  sigaction(signal, &previous, NULL);
  if (!is_fault) raise(signal);
}

void locus_guard_install(void) {
  // On the alternate stack where the thread has one.
  struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&action.sa_mask);
  struct sigaction found;
  sigaction(SIGBUS, NULL, &found);
  // A second call changes nothing: the handler must not be its own predecessor.
  if ((found.sa_flags & SA_SIGINFO) != 0 && found.sa_sigaction == handle) return;
  previous = found;
  sigaction(SIGBUS, &action, NULL);
}
