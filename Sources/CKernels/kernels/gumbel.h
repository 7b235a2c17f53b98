// Gumbel noise: LANES blocks of Philox at a time, then two logarithms each.

// One half of a Philox round: the two halves of the product with a constant.
INLINE void multiply(words x, uint32_t factor, words *high, words *low) {
  const long_words product = __builtin_convertvector(x, long_words) * (uint64_t)factor;
  *high = __builtin_convertvector(product >> 32, words);
  *low = x * factor;
}

// The outputs of locus_philox for LANES counters.
INLINE void philox_lanes(words counter[4], uint64_t seed) {
  uint32_t key0 = (uint32_t)seed, key1 = (uint32_t)(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    words high0, low0, high1, low1;
    multiply(counter[0], PHILOX_FACTOR_0, &high0, &low0);
    multiply(counter[2], PHILOX_FACTOR_1, &high1, &low1);
    counter[0] = high1 ^ counter[1] ^ key0;
    counter[1] = low1;
    counter[2] = high0 ^ counter[3] ^ key1;
    counter[3] = low0;
    key0 += PHILOX_KEY_STEP_0;
    key1 += PHILOX_KEY_STEP_1;
  }
}

// log(x) of positive normal numbers: x = 2^k · m with m between √½ and √2, log(m) = 2 artanh((m − 1) / (m + 1)). Not
// the library's, and no fused operation, so that every machine gives the same bits. Relative error below 1e-15.
INLINE doubles log_lanes(doubles x) {
#pragma clang fp contract(off)
  const uint64_t root_half = 0x3fe6a09e667f3bcd, one = 0x3ff0000000000000, shift = 0x4330000000000000;
  const long_words bits = (long_words)x;
  const long_words biased = (bits + (one - root_half)) >> 52;  // k + 1023
  const long_words fraction = bits - ((biased - 1023) << 52);
  const doubles k = (doubles)(biased | shift) - (0x1p52 + 1023);
  const doubles m = (doubles)fraction;
  const doubles s = (m - 1.0) / (m + 1.0);
  const doubles square = s * s;
  doubles sum = {0};
#pragma unroll
  for (int term = 11; term >= 1; --term) {
    sum = (sum + 2.0 / (2 * term + 1)) * square;
  }
  return k * 0x1.62e42fefa39efp-1 + (k * 0x1.abc9e3b39803fp-56 + (sum * s + 2.0 * s));
}

INLINE floats gumbel_lanes(words random) {
#pragma clang fp contract(off)
  const doubles u = (__builtin_convertvector(random, doubles) + 0.5) * 0x1p-32;
  return to_floats(-log_lanes(-log_lanes(u)));
}

static void gumbel_noise(uint64_t seed, uint32_t input, uint32_t step, float *noise, size_t count) {
  for (size_t i = 0; i < count; i += 4 * LANES) {
    words counter[4] = {(words)lane_numbers() + (uint32_t)(i / 4), (words){0} + step, (words){0} + input, {0}};
    philox_lanes(counter, seed);
    float values[4][LANES], ordered[4 * LANES];
    for (int word = 0; word < 4; ++word) store(values[word], gumbel_lanes(counter[word]));
    for (int j = 0; j < 4 * LANES; ++j) ordered[j] = values[j % 4][j / 4];
    const size_t left = count - i;
    memcpy(noise + i, ordered, (left < 4 * LANES ? left : 4 * LANES) * sizeof *noise);
  }
}
