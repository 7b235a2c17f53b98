// SHA-256 (FIPS 180-4).
#include <string.h>

#include "kernels/sha256_blocks.h"

void locus_sha256_begin(locus_sha256 *hash) {
  static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(hash->state, initial, sizeof initial);
  hash->length = 0;
}

void locus_sha256_add(locus_sha256 *hash, const void *bytes, size_t count) {
  if (count == 0) return;
  const uint8_t *next = bytes;
  const size_t held = hash->length % 64;
  hash->length += count;
  if (held > 0) {
    const size_t missing = 64 - held, taken = count < missing ? count : missing;
    memcpy(hash->block + held, next, taken);
    if (taken < missing) return;
    locus_sha256_blocks_fastest(hash->state, hash->block, 1);
    next += taken;
    count -= taken;
  }
  locus_sha256_blocks_fastest(hash->state, next, count / 64);
  memcpy(hash->block, next + count / 64 * 64, count % 64);
}

static void store_big_endian(uint8_t *bytes, uint64_t value, int count) {
  for (int i = count - 1; i >= 0; --i, value >>= 8) bytes[i] = (uint8_t)value;
}

// The padding: a one, zeros, and the length in bits in the last eight bytes of a block.
void locus_sha256_finish(locus_sha256 *hash, uint8_t digest[32]) {
  size_t held = hash->length % 64;
  hash->block[held++] = 0x80;
  if (held > 56) {
    memset(hash->block + held, 0, 64 - held);
    locus_sha256_blocks_fastest(hash->state, hash->block, 1);
    held = 0;
  }
  memset(hash->block + held, 0, 56 - held);
  store_big_endian(hash->block + 56, hash->length * 8, 8);
  locus_sha256_blocks_fastest(hash->state, hash->block, 1);
  for (int i = 0; i < 8; ++i) store_big_endian(digest + 4 * i, hash->state[i], 4);
}
