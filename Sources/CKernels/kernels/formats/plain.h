// Number formats and the range of an array.

// As many values as are left, which may be more than a vector holds; 0 behind them.
INLINE words take_halves(const uint16_t *source, size_t left) {
  halves bits = {0};
  if (left >= LANES) {
    memcpy(&bits, source, sizeof bits);
  } else {
    for (size_t lane = 0; lane < left; ++lane) bits[lane] = source[lane];
  }
  return __builtin_convertvector(bits, words);
}

static void widen_bfloat16(const uint16_t *source, float *destination, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    put(destination + i, (floats)(take_halves(source + i, count - i) << 16), count - i);
  }
}

// Exponent and fraction, moved to their places in a float, give the value times 2^−112; subnormals too, because a
// subnormal times a power of two is exact. Only infinity and NaN need their exponent set.
INLINE floats widen_float16_lanes(words bits) {
  const words magnitude = (bits & 0x7fff) << 13;
  const words finite = (words)((floats)magnitude * 0x1p112f);
  const words special = magnitude | 0x7f800000;
  const words mask = (words)(magnitude >= (uint32_t)0x0f800000);
  const words sign = (bits & 0x8000) << 16;
  return (floats)((finite & ~mask) | (special & mask) | sign);
}

static void widen_float16(const uint16_t *source, float *destination, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    put(destination + i, widen_float16_lanes(take_halves(source + i, count - i)), count - i);
  }
}

static void extremes(const float *values, size_t count, float *smallest, float *largest) {
  floats low = splat(values[0]), high = low;
  for (size_t i = 0; i < count; i += LANES) {
    const floats x = take(values + i, count - i, values[0]);
    low = smaller(x, low);
    high = larger(x, high);
  }
  *smallest = -largest_lane(-low);
  *largest = largest_lane(high);
}
