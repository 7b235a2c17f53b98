// Counts of the documents on which two features fire together, for many rows at once.
//
// A document is a line of bits, one for each row. The lines of a feature's documents are added up bit by bit: a number
// of each row stands upright in planes, bit k of all rows in plane k, so that a vector adds up LANES · 32 rows at once.
// Sixteen lines are added with fifteen full adders (Harley and Seal's; Muła, Kurz & Lemire 2018, Comput. J. 61,
// 111–120), and then carried into the planes above.

enum { line_words = LOCUS_COFIRING_ROWS / 32, line_vectors = line_words / LANES, count_bits = 16 };

INLINE words load_line(const uint32_t *bits, size_t line) {
  // Else the compiler gathers the addresses of several lines in a vector, only to take them out again.
  __asm__("" : "+r"(line));
  words x;
  memcpy(&x, bits + line * line_words, sizeof x);
  return x;
}

// sum + first + second: returns what is carried.
INLINE words add_bits(words *sum, words first, words second) {
#if LANES == 16
  const __m512i a = (__m512i)*sum, b = (__m512i)first, c = (__m512i)second;
  *sum = (words)_mm512_ternarylogic_epi32(a, b, c, 0x96);
  return (words)_mm512_ternarylogic_epi32(a, b, c, 0xe8);
#else
  const words either = *sum ^ first, carry = (*sum & first) | (either & second);
  *sum = either ^ second;
  return carry;
#endif
}

// Adds sixteen lines to the four lowest planes, and returns what is carried into the fifth.
INLINE words add_lines(const uint32_t *bits, const uint16_t *lines, words planes[4]) {
  words eights[2];
#pragma unroll
  for (int half = 0; half < 2; ++half) {
    words fours[2];
#pragma unroll
    for (int quarter = 0; quarter < 2; ++quarter) {
      const uint16_t *four = lines + 8 * half + 4 * quarter;
      const words low = add_bits(&planes[0], load_line(bits, four[0]), load_line(bits, four[1]));
      const words high = add_bits(&planes[0], load_line(bits, four[2]), load_line(bits, four[3]));
      fours[quarter] = add_bits(&planes[1], low, high);
    }
    eights[half] = add_bits(&planes[2], fours[0], fours[1]);
  }
  return add_bits(&planes[3], eights[0], eights[1]);
}

// The planes of all lines of one feature; gives how many of them are in use.
INLINE int add_feature(const uint32_t *bits, const uint16_t *lines, size_t count, words planes[count_bits]) {
  words low[4] = {{0}};
  int used = 4;
  for (size_t at = 0; at < count; at += 16) {
    words carry = add_lines(bits, lines + at, low);
    // As many planes as the sum of so many lines may need.
    for (; (at + 16) >> used; ++used) planes[used] = (words){0};
    for (int plane = 4; plane < used; ++plane) {
      const words next = planes[plane] & carry;
      planes[plane] ^= carry;
      carry = next;
    }
  }
  for (int plane = 0; plane < 4; ++plane) planes[plane] = low[plane];
  return used;
}

// Eight planes to the bytes of numbers: bit k of byte t of plane u becomes bit 8 t + u of plane k.
INLINE void planes_to_bytes(words planes[8]) {
  const uint32_t masks[3] = {0x55555555, 0x33333333, 0x0f0f0f0f};
#pragma unroll
  for (int stage = 0; stage < 3; ++stage) {
    const int step = 1 << stage;
#pragma unroll
    for (int k = 0; k < 8; ++k) {
      if (k & step) continue;
      const words exchanged = ((planes[k] >> step) ^ planes[k + step]) & masks[stage];
      planes[k + step] ^= exchanged;
      planes[k] ^= exchanged << step;
    }
  }
}

// Adds or stores `count` ≤ LANES columns of a row.
INLINE void put_counts(uint32_t *target, words x, size_t count, bool adding) {
  words old = {0};
  if (count == LANES) {
    if (adding) memcpy(&old, target, sizeof old);
    x += old;
    memcpy(target, &x, sizeof x);
  } else {
    for (size_t lane = 0; lane < count; ++lane) target[lane] = x[lane] + (adding ? target[lane] : 0);
  }
}

static void count_cofirings(const locus_cofiring_arguments *a) {
  for (size_t first_row = 0; first_row < a->rows; first_row += LANES * 32) {
    const uint32_t *bits = a->bits + first_row / 32;
    for (size_t first = 0; first < a->features; first += LANES) {
      const size_t count = a->features - first < LANES ? a->features - first : LANES;
      // Low and high bytes of the numbers: eight vectors of each for every feature.
      words bytes[2][8][LANES];
      bool has_high = false;
      for (size_t i = 0; i < LANES; ++i) {
        words planes[count_bits] = {{0}};
        if (i < count) {
          const size_t start = a->starts[first + i];
          has_high |= add_feature(bits, a->lines + start, a->ends[first + i] - start, planes) > 8;
        }
        planes_to_bytes(planes);
        for (int u = 0; u < 8; ++u) bytes[0][u][i] = planes[u];
        planes_to_bytes(planes + 8);
        for (int u = 0; u < 8; ++u) bytes[1][u][i] = planes[8 + u];
      }
      for (size_t u = 0; u < 8; ++u) {
        transpose(bytes[0][u]);
        if (has_high) transpose(bytes[1][u]);
        for (size_t word = 0; word < LANES; ++word) {
          for (uint32_t t = 0; t < 4; ++t) {
            const size_t row = first_row + word * 32 + t * 8 + u;
            if (row >= a->rows) continue;
            words x = (bytes[0][u][word] >> (8 * t)) & 255;
            if (has_high) x |= ((bytes[1][u][word] >> (8 * t)) & 255) << 8;
            put_counts(a->counts + row * a->stride + first, x, count, a->adding);
          }
        }
      }
    }
  }
}
