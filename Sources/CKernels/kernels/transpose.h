// Matrices turned so that a vector holds one component of LANES rows.

// LANES × LANES words, rows to components. First within groups of four lanes: pairs of rows, then pairs of
// pairs, interleaved. Then the groups themselves change places.
#define LANES_4(at, f) f(at), f(at + 1), f(at + 2), f(at + 3)
#if LANES == 16
#define ALL_LANES(f) LANES_4(0, f), LANES_4(4, f), LANES_4(8, f), LANES_4(12, f)
#elif LANES == 8
#define ALL_LANES(f) LANES_4(0, f), LANES_4(4, f)
#else
#define ALL_LANES(f) LANES_4(0, f)
#endif
#define GROUP(l) ((l) / 4 * 4)
#define LOW_WORDS(l) (GROUP(l) + (l) % 4 / 2 + (l) % 2 * LANES)
#define HIGH_WORDS(l) (LOW_WORDS(l) + 2)
#define LOW_PAIRS(l) (GROUP(l) + (l) % 2 + (l) % 4 / 2 * LANES)
#define HIGH_PAIRS(l) (LOW_PAIRS(l) + 2)
#define EVEN_GROUPS(l) ((l) < LANES / 2 ? (l) / 4 * 8 + (l) % 4 : LANES + ((l) - LANES / 2) / 4 * 8 + (l) % 4)
#define ODD_GROUPS(l) (EVEN_GROUPS(l) + 4)
#define MIX(a, b, lanes) __builtin_shufflevector(a, b, ALL_LANES(lanes))

INLINE void transpose(words x[LANES]) {
#pragma unroll
  for (int i = 0; i < LANES; i += 4) {
    const words ab_low = MIX(x[i], x[i + 1], LOW_WORDS), ab_high = MIX(x[i], x[i + 1], HIGH_WORDS);
    const words cd_low = MIX(x[i + 2], x[i + 3], LOW_WORDS), cd_high = MIX(x[i + 2], x[i + 3], HIGH_WORDS);
    x[i] = MIX(ab_low, cd_low, LOW_PAIRS);
    x[i + 1] = MIX(ab_low, cd_low, HIGH_PAIRS);
    x[i + 2] = MIX(ab_high, cd_high, LOW_PAIRS);
    x[i + 3] = MIX(ab_high, cd_high, HIGH_PAIRS);
  }
#if LANES == 8
#pragma unroll
  for (int c = 0; c < 4; ++c) {
    const words low = x[c], high = x[c + 4];
    x[c] = MIX(low, high, EVEN_GROUPS);
    x[c + 4] = MIX(low, high, ODD_GROUPS);
  }
#elif LANES == 16
#pragma unroll
  for (int c = 0; c < 4; ++c) {
    const words first_even = MIX(x[c], x[c + 4], EVEN_GROUPS), first_odd = MIX(x[c], x[c + 4], ODD_GROUPS);
    const words last_even = MIX(x[c + 8], x[c + 12], EVEN_GROUPS), last_odd = MIX(x[c + 8], x[c + 12], ODD_GROUPS);
    x[c] = MIX(first_even, last_even, EVEN_GROUPS);
    x[c + 4] = MIX(first_odd, last_odd, EVEN_GROUPS);
    x[c + 8] = MIX(first_even, last_even, ODD_GROUPS);
    x[c + 12] = MIX(first_odd, last_odd, ODD_GROUPS);
  }
#endif
}

// Rows of a matrix that become vectors with a lane for each row.
typedef struct {
  const char *row;  // the first; it may begin at any byte
  size_t stride;    // bytes from row to row
  size_t rows;      // how many there are; the others count as 0
} matrix_rows;

// The words that hold the components from byte `at` on: one in a word, or two where they are halves.
INLINE void take_words(matrix_rows matrix, size_t at, size_t bytes, words x[LANES]) {
  if (matrix.rows >= LANES && bytes >= sizeof *x) {
#pragma unroll
    for (int lane = 0; lane < LANES; ++lane) {
      const char *source = matrix.row + (size_t)lane * matrix.stride + at;
      memcpy(&x[lane], source, sizeof *x);
      // The rows of the next vector, far away in memory; beyond the last one a prefetch does nothing.
      __builtin_prefetch(source + LANES * matrix.stride);
    }
    return;
  }
  for (size_t lane = 0; lane < LANES; ++lane) {
    x[lane] = (words){0};
    if (lane >= matrix.rows) continue;
    const char *source = matrix.row + lane * matrix.stride + at;
    if (bytes >= sizeof *x) {
      memcpy(&x[lane], source, sizeof *x);
    } else {
      memcpy(&x[lane], source, bytes);
    }
  }
}
