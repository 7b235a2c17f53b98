// The hash of files and plans. The rules of locus_kernels.h hold.
#ifndef LOCUS_HASH_H
#define LOCUS_HASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[64];
} locus_sha256;

/// SHA-256 (FIPS 180-4): begin, add bytes any number of times, finish once.
void locus_sha256_begin(locus_sha256 *hash);
void locus_sha256_add(locus_sha256 *hash, const void *bytes, size_t count);
void locus_sha256_finish(locus_sha256 *hash, uint8_t digest[32]);

#endif
