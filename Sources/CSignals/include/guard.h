// Files in mapped memory may shrink, or their storage fail, while they are in use: touching a page that is no longer
// there is the signal SIGBUS. Here it becomes a sentence that names the file, and the end of the process with status 1.
#ifndef LOCUS_GUARD_H
#define LOCUS_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/// Remembers that the `length` bytes from `base` on are the file that messages call `name`; false if memory is short.
/// From any thread.
bool locus_guard_add(const void *base, size_t length, const char *name);

/// Forgets the bytes from `base` on, before they are unmapped. From any thread.
void locus_guard_remove(const void *base);

/// From now on a SIGBUS in remembered bytes says which file it was and ends the process with status 1; any other goes
/// to the handler that was there before. To be called after libraries that install handlers of their own, as Open MPI
/// does when it starts.
void locus_guard_install(void);

#endif
