#ifndef LOCUS_CUTF8PROC_SHIM_H
#define LOCUS_CUTF8PROC_SHIM_H

#include <stdlib.h>
#include <utf8proc.h>

// Maps `count` bytes of UTF-8 to a normal form; `result` is to be freed with utf8proc_release. Returns the count of the
// result's bytes, or a negative number if there is no memory or `text` is no UTF-8.
static inline long utf8proc_normal_form(
    const unsigned char *text, long count, int composes, int isCompatible, unsigned char **result) {
  int options = UTF8PROC_STABLE | (composes ? UTF8PROC_COMPOSE : UTF8PROC_DECOMPOSE);
  if (isCompatible) options |= UTF8PROC_COMPAT;
  return utf8proc_map(text, count, result, (utf8proc_option_t)options);
}

static inline void utf8proc_release(unsigned char *result) { free(result); }

#endif
