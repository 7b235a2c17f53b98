// Vectors of LANES floats and what all kernels do with them.

// Every function that takes or returns a vector is inlined: how a call would pass it does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t integers __attribute__((vector_size(4 * LANES)));  // also masks: 0 or −1 in each lane
typedef uint32_t words __attribute__((vector_size(4 * LANES)));
typedef uint16_t halves __attribute__((vector_size(2 * LANES)));
typedef double doubles __attribute__((vector_size(8 * LANES)));
typedef uint64_t long_words __attribute__((vector_size(8 * LANES)));
typedef float quad __attribute__((vector_size(16)));

// MARK: Loads and stores, whole and in part

INLINE floats load(const float *source) {
  floats x;
  memcpy(&x, source, sizeof x);
  return x;
}

INLINE void store(float *destination, floats x) { memcpy(destination, &x, sizeof x); }

INLINE floats splat(float x) { return x - (floats){0}; }

// The first `count` < LANES lanes from memory, the others `fill`. Nothing behind them is read.
INLINE floats load_some(const float *source, size_t count, float fill) {
#if LANES == 16
  return (floats)_mm512_mask_loadu_ps((__m512)splat(fill), (__mmask16)((1u << count) - 1), source);
#else
  floats x = splat(fill);
  for (size_t lane = 0; lane < count; ++lane) x[lane] = source[lane];
  return x;
#endif
}

INLINE void store_some(float *destination, floats x, size_t count) {
#if LANES == 16
  _mm512_mask_storeu_ps(destination, (__mmask16)((1u << count) - 1), (__m512)x);
#else
  for (size_t lane = 0; lane < count; ++lane) destination[lane] = x[lane];
#endif
}

// As many lanes as are left, which may be more than a vector holds.
INLINE floats take(const float *source, size_t left, float fill) {
  return left >= LANES ? load(source) : load_some(source, left, fill);
}

INLINE void put(float *destination, floats x, size_t left) {
  if (left >= LANES) {
    store(destination, x);
  } else {
    store_some(destination, x, left);
  }
}

// MARK: Lanes

INLINE floats choose_lanes(integers mask, floats yes, floats no) {
  return (floats)((mask & (integers)yes) | (~mask & (integers)no));
}

INLINE integers lane_numbers(void) {
  integers number;
  for (int32_t lane = 0; lane < LANES; ++lane) number[lane] = lane;
  return number;
}

// A lane of `b` where `a` is not a number or not the larger one.
INLINE floats larger(floats a, floats b) { return choose_lanes(a > b, a, b); }

INLINE floats smaller(floats a, floats b) { return choose_lanes(a < b, a, b); }

INLINE bool any_lane(integers mask) {
#if LANES == 16
  return _mm512_test_epi32_mask((__m512i)mask, (__m512i)mask) != 0;
#elif LANES == 8
  return _mm256_movemask_ps((__m256)mask) != 0;
#else
  return (mask[0] | mask[1] | mask[2] | mask[3]) != 0;
#endif
}

// The four quarters of a vector folded into one quad with `combine`, then the quad into its first lane: always in the
// same order.
#if LANES == 16
#define FOLD_TO_QUAD(x, combine)                                               \
  combine(combine(__builtin_shufflevector(x, x, 0, 1, 2, 3),                   \
                  __builtin_shufflevector(x, x, 8, 9, 10, 11)),                \
          combine(__builtin_shufflevector(x, x, 4, 5, 6, 7),                   \
                  __builtin_shufflevector(x, x, 12, 13, 14, 15)))
#elif LANES == 8
#define FOLD_TO_QUAD(x, combine) \
  combine(__builtin_shufflevector(x, x, 0, 1, 2, 3), __builtin_shufflevector(x, x, 4, 5, 6, 7))
#else
#define FOLD_TO_QUAD(x, combine) (x)
#endif

INLINE quad add_quads(quad a, quad b) { return a + b; }

INLINE quad larger_quad(quad a, quad b) {
  typedef int32_t quad_mask __attribute__((vector_size(16)));
  const quad_mask mask = a > b;
  return (quad)((mask & (quad_mask)a) | (~mask & (quad_mask)b));
}

INLINE float sum_of_lanes(floats x) {
  quad q = FOLD_TO_QUAD(x, add_quads);
  q += __builtin_shufflevector(q, q, 2, 3, 2, 3);
  return q[0] + q[1];
}

INLINE float largest_lane(floats x) {
  quad q = FOLD_TO_QUAD(x, larger_quad);
  q = larger_quad(q, __builtin_shufflevector(q, q, 2, 3, 2, 3));
  return q[0] > q[1] ? q[0] : q[1];
}

INLINE double sum_of_double_lanes(doubles x) {
  double sum = 0;
  for (int lane = 0; lane < LANES; ++lane) sum += x[lane];
  return sum;
}

INLINE doubles to_doubles(floats x) { return __builtin_convertvector(x, doubles); }

INLINE floats to_floats(doubles x) { return __builtin_convertvector(x, floats); }

// MARK: Exponential

// exp(x) = 2^n · exp(r) with r = x − n · log 2, |r| <= 0.348, and exp(r) = 1 + r + r² · polynomial(r), a minimax fit
// with relative error 3e-9 (0.05 units in the last place). 2^n is applied so that results near the largest number and
// subnormal results round once: by an instruction, or in two halves.
INLINE floats exp_lanes(floats x) {
  x = choose_lanes(x < -104.0f, splat(-104.0f), x);  // 0; NaN stays
  x = choose_lanes(x > 89.0f, splat(89.0f), x);      // infinity
  const float rounder = 0x1.8p23f;  // adding it leaves the nearest integer in the low bits
  const floats shifted = x * 0x1.715476p0f + rounder;
  const floats n = shifted - rounder;
  floats r = x - n * 0.693359375f;  // exact: the constant has 10 bits
  r = r + n * 2.12194440e-4f;
  floats q = splat(0x1.6a203ap-10f);
  q = q * r + 0x1.123c44p-7f;
  q = q * r + 0x1.5559p-5f;
  q = q * r + 0x1.55548ep-3f;
  q = q * r + 0x1.fffffcp-2f;
  const floats fraction = (q * (r * r) + r) + 1.0f;
#if LANES == 16
  return (floats)_mm512_scalef_ps((__m512)fraction, (__m512)n);
#else
  const integers whole = (integers)shifted - (integers)splat(rounder);
  const integers half = whole >> 1;
  const floats first = (floats)((half + 127) << 23);
  const floats second = (floats)((whole - half + 127) << 23);
  return fraction * first * second;
#endif
}

static void exponential(const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i += LANES) put(y + i, exp_lanes(take(x + i, count - i, 0)), count - i);
}
