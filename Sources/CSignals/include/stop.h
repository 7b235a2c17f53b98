// Signals that ask for an early end: the first is remembered, so that what is under way can be finished; a second ends
// the process at once.
#ifndef LOCUS_STOP_H
#define LOCUS_STOP_H

#include <stdbool.h>

/// From now on SIGINT, SIGTERM and SIGUSR1 are remembered. One that comes half a second or more after the first ends
/// the process as if nobody had caught it: a launcher may pass one request on twice.
///
/// With `is_announced_by_parent` a SIGCONT of the parent process counts as a SIGTERM, and the SIGTERM behind it as the
/// same request: Open MPI sends the one, waits, and then the other.
void locus_stop_install(bool is_announced_by_parent);

/// Waits for the first of these signals and returns it; 0 if it cannot wait. For one thread, after the installation.
int locus_stop_wait(void);

/// The first of these signals that came, or 0.
int locus_stop_signal(void);

#endif
