// Philox4x32-10, one block.
#include "include/locus_kernels.h"

#include "kernels/philox_constants.h"

void locus_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t output[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  uint32_t key0 = key[0], key1 = key[1];
  for (int round = 0; round < 10; ++round) {
    const uint64_t first = (uint64_t)c0 * PHILOX_FACTOR_0, second = (uint64_t)c2 * PHILOX_FACTOR_1;
    c0 = (uint32_t)(second >> 32) ^ c1 ^ key0;
    c1 = (uint32_t)second;
    c2 = (uint32_t)(first >> 32) ^ c3 ^ key1;
    c3 = (uint32_t)first;
    key0 += PHILOX_KEY_STEP_0;
    key1 += PHILOX_KEY_STEP_1;
  }
  output[0] = c0;
  output[1] = c1;
  output[2] = c2;
  output[3] = c3;
}
