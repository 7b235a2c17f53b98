#define _GNU_SOURCE
#include "memory.h"

#include <sys/mman.h>

int locus_memory_file(const char *name) { return memfd_create(name, MFD_CLOEXEC); }
