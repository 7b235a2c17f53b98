// Weights in blocks of few bits, as GGUF files hold them: 32 or 256 neighbours of a row share scales.
//
// Layouts and values are those of ggml and of the gguf package (`ggml-quants.c`, `gguf/quants.py`); every operation is
// rounded for itself and in their order, so that a value has the same bits as there. A block may begin at any byte.

typedef uint8_t bytes __attribute__((vector_size(LANES)));

INLINE words take_bytes(const uint8_t *source) {
  bytes x;
  memcpy(&x, source, sizeof x);
  return __builtin_convertvector(x, words);
}

// Whole numbers, which may be below 0, as floats: exact, because they are small.
INLINE floats whole_floats(words x) { return __builtin_convertvector((integers)x, floats); }

INLINE uint32_t take_word(const uint8_t *source) {
  uint32_t x;
  memcpy(&x, source, sizeof x);
  return x;
}

INLINE float take_half(const uint8_t *source) {
  uint16_t bits;
  memcpy(&bits, source, sizeof bits);
  return widen_float16_lanes((words){bits})[0];
}

// One bit of each lane's place, `first` on, of a word.
INLINE words bits_of_word(uint32_t word, uint32_t first) {
  return (((words){0} + word) >> ((words)lane_numbers() + first)) & 1;
}

// MARK: Blocks of 32

INLINE void widen_q4_0(const uint8_t *block, float *to) {
  const float scale = take_half(block);
  for (int i = 0; i < 16; i += LANES) {
    const words x = take_bytes(block + 2 + i);
    store(to + i, scale * whole_floats((x & 15) - 8));
    store(to + 16 + i, scale * whole_floats((x >> 4) - 8));
  }
}

INLINE void widen_q4_1(const uint8_t *block, float *to) {
#pragma clang fp contract(off)
  const float scale = take_half(block), least = take_half(block + 2);
  for (int i = 0; i < 16; i += LANES) {
    const words x = take_bytes(block + 4 + i);
    store(to + i, scale * whole_floats(x & 15) + least);
    store(to + 16 + i, scale * whole_floats(x >> 4) + least);
  }
}

INLINE void widen_q5_0(const uint8_t *block, float *to) {
  const float scale = take_half(block);
  const uint32_t high = take_word(block + 2);
  for (int i = 0; i < 16; i += LANES) {
    const words x = take_bytes(block + 6 + i);
    const words low = (x & 15) | bits_of_word(high, (uint32_t)i) << 4;
    store(to + i, scale * whole_floats(low - 16));
    store(to + 16 + i, scale * whole_floats((x >> 4 | bits_of_word(high, 16 + (uint32_t)i) << 4) - 16));
  }
}

INLINE void widen_q5_1(const uint8_t *block, float *to) {
#pragma clang fp contract(off)
  const float scale = take_half(block), least = take_half(block + 2);
  const uint32_t high = take_word(block + 4);
  for (int i = 0; i < 16; i += LANES) {
    const words x = take_bytes(block + 8 + i);
    store(to + i, scale * whole_floats((x & 15) | bits_of_word(high, (uint32_t)i) << 4) + least);
    store(to + 16 + i, scale * whole_floats(x >> 4 | bits_of_word(high, 16 + (uint32_t)i) << 4) + least);
  }
}

INLINE void widen_q8_0(const uint8_t *block, float *to) {
  const float scale = take_half(block);
  for (int i = 0; i < 32; i += LANES) {
    // A byte with a sign: 0 … 127, −128 … −1.
    store(to + i, scale * whole_floats((take_bytes(block + 2 + i) ^ 128) - 128));
  }
}

// The 16 values that four bits stand for in IQ4 blocks.
static const float four_bit_values[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

INLINE floats look_up(words four_bits) {
#if LANES == 16
  return (floats)_mm512_permutexvar_ps((__m512i)four_bits, (__m512)load(four_bit_values));
#elif LANES == 8
  const floats low = (floats)_mm256_permutevar8x32_ps((__m256)load(four_bit_values), (__m256i)four_bits);
  const floats high = (floats)_mm256_permutevar8x32_ps((__m256)load(four_bit_values + 8), (__m256i)four_bits);
  return choose_lanes((integers)(four_bits > 7), high, low);
#else
  floats x;
  for (int lane = 0; lane < LANES; ++lane) x[lane] = four_bit_values[four_bits[lane]];
  return x;
#endif
}

INLINE void widen_iq4_nl(const uint8_t *block, float *to) {
  const float scale = take_half(block);
  for (int i = 0; i < 16; i += LANES) {
    const words x = take_bytes(block + 2 + i);
    store(to + i, scale * look_up(x & 15));
    store(to + 16 + i, scale * look_up(x >> 4));
  }
}

// MARK: Blocks of 256, in which 16 or 32 neighbours share a scale

INLINE void widen_q2_k(const uint8_t *block, float *to) {
#pragma clang fp contract(off)
  const float scale = take_half(block + 80), step = take_half(block + 82);
  for (int j = 0; j < 16; ++j) {
    const float factor = scale * (float)(block[j] & 15), least = step * (float)(block[j] >> 4);
    const uint8_t *source = block + 16 + 32 * (j / 8) + 16 * (j % 2);
    for (int i = 0; i < 16; i += LANES) {
      const words x = take_bytes(source + i) >> (uint32_t)(j % 8 / 2 * 2) & 3;
      store(to + 16 * j + i, factor * whole_floats(x) - least);
    }
  }
}

INLINE void widen_q3_k(const uint8_t *block, float *to) {
  const uint8_t *scales = block + 96;
  const float scale = take_half(block + 108);
  for (int j = 0; j < 16; ++j) {
    const int low = j < 8 ? scales[j] & 15 : scales[j - 8] >> 4, top = scales[8 + j % 4] >> (2 * (j / 4)) & 3;
    const float factor = scale * (float)((low | top << 4) - 32);
    const uint8_t *source = block + 32 + 32 * (j / 8) + 16 * (j % 2), *high = block + 16 * (j % 2);
    for (int i = 0; i < 16; i += LANES) {
      const words x = take_bytes(source + i) >> (uint32_t)(j % 8 / 2 * 2) & 3;
      const words third = take_bytes(high + i) >> (uint32_t)(j / 2) & 1;
      store(to + 16 * j + i, factor * whole_floats((x | third << 2) - 4));
    }
  }
}

// Scale and minimum, of six bits each, of one of the eight parts of a Q4_K or Q5_K block.
INLINE void take_six_bits(const uint8_t *scales, int j, int *scale, int *minimum) {
  *scale = j < 4 ? scales[j] & 63 : (scales[j + 4] & 15) | scales[j - 4] >> 6 << 4;
  *minimum = j < 4 ? scales[j + 4] & 63 : scales[j + 4] >> 4 | scales[j] >> 6 << 4;
}

INLINE void widen_q4_k(const uint8_t *block, float *to) {
#pragma clang fp contract(off)
  const float scale = take_half(block), step = take_half(block + 2);
  for (int j = 0; j < 8; ++j) {
    int own, minimum;
    take_six_bits(block + 4, j, &own, &minimum);
    const float factor = scale * (float)own, least = step * (float)minimum;
    for (int i = 0; i < 32; i += LANES) {
      const words x = take_bytes(block + 16 + 32 * (j / 2) + i) >> (uint32_t)(4 * (j % 2)) & 15;
      store(to + 32 * j + i, factor * whole_floats(x) - least);
    }
  }
}

INLINE void widen_q5_k(const uint8_t *block, float *to) {
#pragma clang fp contract(off)
  const float scale = take_half(block), step = take_half(block + 2);
  for (int j = 0; j < 8; ++j) {
    int own, minimum;
    take_six_bits(block + 4, j, &own, &minimum);
    const float factor = scale * (float)own, least = step * (float)minimum;
    for (int i = 0; i < 32; i += LANES) {
      const words x = take_bytes(block + 48 + 32 * (j / 2) + i) >> (uint32_t)(4 * (j % 2)) & 15;
      const words fifth = take_bytes(block + 16 + i) >> (uint32_t)j & 1;
      store(to + 32 * j + i, factor * whole_floats(x | fifth << 4) - least);
    }
  }
}

INLINE void widen_q6_k(const uint8_t *block, float *to) {
  const float scale = take_half(block + 208);
  for (int j = 0; j < 16; ++j) {
    const int half = j / 8, part = j % 8;
    const float factor = scale * (float)(int8_t)block[192 + j];
    const uint8_t *low = block + 64 * half + 16 * (part % 4), *high = block + 128 + 32 * half + 16 * (part % 2);
    for (int i = 0; i < 16; i += LANES) {
      const words x = take_bytes(low + i) >> (uint32_t)(part / 4 * 4) & 15;
      const words top = take_bytes(high + i) >> (uint32_t)(part / 2 * 2) & 3;
      store(to + 16 * j + i, factor * whole_floats((x | top << 4) - 32));
    }
  }
}

INLINE void widen_iq4_xs(const uint8_t *block, float *to) {
  const float scale = take_half(block);
  const int tops = block[2] | block[3] << 8;
  for (int j = 0; j < 8; ++j) {
    const int own = (block[4 + j / 2] >> (4 * (j % 2)) & 15) | (tops >> (2 * j) & 3) << 4;
    const float factor = scale * (float)(own - 32);
    for (int i = 0; i < 16; i += LANES) {
      const words x = take_bytes(block + 8 + 16 * j + i);
      store(to + 32 * j + i, factor * look_up(x & 15));
      store(to + 32 * j + 16 + i, factor * look_up(x >> 4));
    }
  }
}

// MARK: Runs of elements

// Elements `first` ..< `first` + `count` of blocks of `size` elements in `size_in_bytes` bytes; a run may cut blocks.
INLINE void widen_run(void (*widen)(const uint8_t *, float *), size_t size, size_t size_in_bytes,
                      const uint8_t *source, size_t first, size_t count, float *destination) {
  source += first / size * size_in_bytes;
  for (size_t skipped = first % size; count > 0; skipped = 0, source += size_in_bytes) {
    if (skipped == 0 && count >= size) {
      widen(source, destination);
      destination += size, count -= size;
      continue;
    }
    float whole[256];
    widen(source, whole);
    const size_t some = count < size - skipped ? count : size - skipped;
    memcpy(destination, whole + skipped, some * sizeof *whole);
    destination += some, count -= some;
  }
}

static void widen_blocks(locus_weight_format format, const void *source, size_t first, size_t count,
                         float *destination) {
#define WIDEN_RUN(format, widen, size, size_in_bytes) \
  case format: return widen_run(widen, size, size_in_bytes, source, first, count, destination);
  switch (format) {
    BLOCK_FORMATS(WIDEN_RUN)
    default: return;
  }
#undef WIDEN_RUN
}
