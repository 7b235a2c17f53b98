// What the processor can do at most: multiplications and additions that wait for nothing but each other's registers.

enum { peak_chains = 12 };  // enough to hide the latency of one, few enough for 16 registers

static double multiply_adds(size_t rounds, float *result) {
  floats sums[peak_chains];
  for (int chain = 0; chain < peak_chains; ++chain) sums[chain] = splat((float)chain);
  // Values that the compiler cannot know, so that it cannot shorten the loop.
  const floats factor = splat(result[0]), summand = splat(result[1]);
  for (size_t round = 0; round < rounds; ++round) {
#pragma unroll
    for (int chain = 0; chain < peak_chains; ++chain) sums[chain] = sums[chain] * factor + summand;
  }
  floats total = sums[0];
  for (int chain = 1; chain < peak_chains; ++chain) total += sums[chain];
  result[0] = total[0];
  return 2.0 * peak_chains * LANES * (double)rounds;
}
