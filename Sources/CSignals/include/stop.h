// Signals that ask for an early end: the first is remembered, so that what is under way can be finished; a second ends the
// process at once.
#ifndef LOCUS_STOP_H
#define LOCUS_STOP_H

/// From now on SIGINT, SIGTERM and SIGUSR1 are remembered. One that comes half a second or more after the first ends the
/// process as if nobody had caught it: a launcher may pass one request on twice.
void locus_stop_install(void);

/// The first of these signals that came, or 0.
int locus_stop_signal(void);

#endif
