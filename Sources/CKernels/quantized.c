// Weights in bytes, and the few columns of a product that can hold its two largest elements.
//
// A tile of the product of bytes stays in registers until it has been compared with what is known of its rows: no
// approximation ever goes to memory.
#include "kernels/tables.h"

#if defined(__x86_64__)
enum {
  strip_width = 32,                      // columns of a strip
  tile_rows = LOCUS_PRODUCT_ROWS,        // rows of a tile: its sums and a strip's weights fill the registers
  group_bytes = 4,                       // components that one instruction multiplies and adds
  kept_count = 2 * LOCUS_CANDIDATE_COUNT  // columns that a search remembers
};

// What is known of a row while its columns pass.
typedef struct {
  // Of its bytes, and of a fine row's second bytes: scales, and 128 · Σ bytes, because the weights are stored as bytes
  // from 0 up.
  float scales[2];
  int32_t offsets[2];
  float length;  // ‖Σ scale · bytes‖, rounded up
  float rest;    // what ‖w‖ is multiplied with in an element's error, rounded up
  // The two largest lower bounds; no column with an upper bound below the second one matters.
  float largest, second;
  int32_t count;  // of columns kept; −1: too many, or no such row
} search;

typedef struct {
  int8_t *bytes;  // tile after tile, [depth / 4][tile_rows][4]
  search *searches;
  int32_t *columns;  // [rows, kept_count], ascending
  float *upper;      // their upper bounds
  float *left;       // [depth]: what the bytes of a row leave
} workspace;

static size_t whole_groups(size_t depth) { return (depth + group_bytes - 1) / group_bytes; }

static size_t whole_lines(size_t bytes) { return (bytes + 63) / 64 * 64; }

static float rounded_up(double x) { return nextafterf((float)x, INFINITY); }

bool locus_has_quantized_products(void) {
  return strcmp(locus_instruction_set(), "avx512") == 0 && __builtin_cpu_supports("avx512vnni");
}

size_t locus_quantized_byte_count(size_t columns, size_t depth) {
  return (columns + strip_width - 1) / strip_width * strip_width * whole_groups(depth) * group_bytes;
}

size_t locus_candidate_scratch_byte_count(size_t depth) {
  return whole_lines(LOCUS_CANDIDATE_ROWS * whole_groups(depth) * group_bytes) +
         whole_lines(LOCUS_CANDIDATE_ROWS * sizeof(search)) +
         LOCUS_CANDIDATE_ROWS * kept_count * (sizeof(int32_t) + sizeof(float)) + depth * sizeof(float) + 63;
}

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"))), \
                             apply_to = function)

// MARK: Bytes

// A vector x as scale · q + rest with whole numbers q of −127 … 127.
typedef struct {
  float scale;
  double norm, rest;  // ‖x‖ and ‖x − scale · q‖
  int32_t sum;        // Σ q
  int64_t squares;    // Σ q²
} quantized;

// Components too small for that keep their whole length in the rest. `q` is written `step` bytes from group to group,
// and what is left to `left_over`, which is NULL or [depth]. False if a component is not finite.
static bool quantize(const float *x, size_t depth, int8_t *q, size_t step, quantized *result, float *left_over) {
  *result = (quantized){.norm = sqrt(locus_squared_distance(x, NULL, depth))};
  if (!isfinite(result->norm)) return false;
  __m512 largest = _mm512_setzero_ps();
  for (size_t i = 0; i < depth; i += 16) {
    const __mmask16 valid = depth - i < 16 ? (__mmask16)((1u << (depth - i)) - 1) : 0xffff;
    largest = _mm512_max_ps(largest, _mm512_abs_ps(_mm512_maskz_loadu_ps(valid, x + i)));
  }
  const float most = _mm512_reduce_max_ps(largest);
  const float scale = most >= 0x1p-60f ? most / 127 : 0, inverse = most >= 0x1p-60f ? 127 / most : 0;
  __m512i sum = _mm512_setzero_si512(), squares = sum;
  __m512d rest = _mm512_setzero_pd();
  for (size_t i = 0; i < depth; i += 16) {
    const __mmask16 valid = depth - i < 16 ? (__mmask16)((1u << (depth - i)) - 1) : 0xffff;
    const __m512 values = _mm512_maskz_loadu_ps(valid, x + i);
    const __m512i whole = _mm512_cvtps_epi32(_mm512_mul_ps(values, _mm512_set1_ps(inverse)));
    sum = _mm512_add_epi32(sum, whole);
    squares = _mm512_add_epi32(squares, _mm512_mullo_epi32(whole, whole));
    const __m512 left = _mm512_fnmadd_ps(_mm512_set1_ps(scale), _mm512_cvtepi32_ps(whole), values);
    if (left_over) _mm512_mask_storeu_ps(left_over + i, valid, left);
    const __m512d low = _mm512_cvtps_pd(_mm512_castps512_ps256(left));
    const __m512d high = _mm512_cvtps_pd(_mm512_extractf32x8_ps(left, 1));
    rest = _mm512_fmadd_pd(low, low, _mm512_fmadd_pd(high, high, rest));
    int8_t bytes[16];
    _mm_storeu_si128((__m128i *)bytes, _mm512_cvtepi32_epi8(whole));
    for (size_t g = 0; g < 16 && i + g < depth; g += group_bytes, q += step) memcpy(q, bytes + g, group_bytes);
  }
  result->scale = scale;
  result->sum = _mm512_reduce_add_epi32(sum);
  result->squares = _mm512_reduce_add_epi32(squares);
  // A component of the rest has been rounded to float32.
  result->rest = sqrt(_mm512_reduce_add_pd(rest)) * (1 + 0x1p-20);
  return true;
}

bool locus_quantize_columns(locus_quantized_weights *weights, size_t first, const float *values, size_t count) {
  const size_t depth = weights->depth, groups = whole_groups(depth);
  for (size_t column = first; column < first + count; ++column, values += depth) {
    uint8_t *const strip = weights->packed + column / strip_width * strip_width * groups * group_bytes;
    uint8_t *const start = strip + column % strip_width * group_bytes;
    quantized result;
    if (!quantize(values, depth, (int8_t *)start, strip_width * group_bytes, &result, NULL)) return false;
    for (size_t g = 0; g < groups; ++g) {
      for (size_t i = 0; i < group_bytes; ++i) start[g * strip_width * group_bytes + i] ^= 0x80;
    }
    weights->scale[column] = result.scale;
    weights->error[column] = rounded_up(result.rest);
    weights->norm[column] = rounded_up(result.norm);
    if (weights->norm[column] > weights->largest_norm) weights->largest_norm = weights->norm[column];
  }
  return true;
}

// MARK: Rows

// Bytes of row `row` and the numbers that its bounds are made of. A fine row h is t p + t' p' + f: the bytes of what
// its bytes leave are the row behind them.
static search begin(const locus_candidate_arguments *a, size_t row, const workspace *space) {
  const locus_quantized_weights *w = a->weights;
  const size_t groups = whole_groups(w->depth), parts = a->fine ? 2 : 1;
  search s = {.largest = -INFINITY, .second = INFINITY, .count = -1};
  const float *values = a->input + row * a->input_stride;
  quantized state = {0};
  double norm = 0, squares = 0, rounding = 0;
  for (size_t part = 0; part < parts; ++part, values = space->left) {
    const size_t place = row * parts + part;
    int8_t *const bytes = space->bytes + (place / tile_rows * groups * tile_rows + place % tile_rows) * group_bytes;
    if (!quantize(values, w->depth, bytes, tile_rows * group_bytes, &state, a->fine ? space->left : NULL)) return s;
    s.scales[part] = state.scale;
    s.offsets[part] = 128 * state.sum;
    if (part == 0) {
      norm = state.norm;
      squares = (double)state.scale * sqrt((double)state.squares);
      rounding = a->fine ? state.rest * 0x1p-23 : 0;
    }
  }
  // Nothing overflows, and what vanishes is far below the rounding of a sum.
  if (s.scales[0] == 0 || norm * (double)w->largest_norm > 0x1p120) return s;
  // A little more for the roundings of the bounds themselves.
  s.length = rounded_up((a->fine ? norm + state.rest : squares) * (1 + 0x1p-20));
  s.rest = rounded_up((state.rest + rounding + (double)locus_product_rounding(w->depth) * norm) * (1 + 0x1p-20));
  s.second = -INFINITY;
  s.count = 0;
  return s;
}

// Forgets the columns that no longer matter.
static void forget(search *s, int32_t *columns, float *upper) {
  if (s->count < 0) return;
  int32_t count = 0;
  for (int32_t i = 0; i < s->count; ++i) {
    if (upper[i] < s->second) continue;
    columns[count] = columns[i];
    upper[count++] = upper[i];
  }
  s->count = count;
}

// Takes in the columns of `mask`, the first of 16 being `column`.
static __attribute__((noinline)) void keep(search *s, int32_t *columns, float *upper, __mmask16 mask, size_t column,
                                           __m512 lower_bounds, __m512 upper_bounds) {
  if (s->count < 0) return;
  if (s->count + 16 > kept_count) {
    forget(s, columns, upper);
    if (s->count > kept_count / 2) {
      s->count = -1;
      s->second = INFINITY;
      return;
    }
  }
  float low[16], high[16];
  _mm512_storeu_ps(low, lower_bounds);
  _mm512_storeu_ps(high, upper_bounds);
  for (; mask; mask &= (__mmask16)(mask - 1)) {
    const int lane = __builtin_ctz(mask);
    if (high[lane] < s->second) continue;
    columns[s->count] = (int32_t)column + lane;
    upper[s->count++] = high[lane];
    if (low[lane] > s->largest) {
      s->second = s->largest;
      s->largest = low[lane];
    } else if (low[lane] > s->second) {
      s->second = low[lane];
    }
  }
}

// MARK: Tiles

// Some rows of bytes of a tile, `parts` for each row of the input, and one strip of columns, from `column` on.
//
// An element is w · h with w = s q + e and h = t p + f, so it is s t (q · p) + e · (t p) + w · f, and by Cauchy and
// Schwarz the last two are at most ‖e‖ ‖t p‖ + ‖w‖ ‖f‖; in two parts, t p is t p + t' p'. To them comes the rounding of
// the element itself, a multiple of ‖w‖ ‖h‖; of the approximation, 2⁻²² of its parts; and what may vanish below the
// smallest numbers.
static inline __attribute__((always_inline)) void multiply_tile(
  const int rows, const int parts, const locus_candidate_arguments *a, size_t row, const int8_t *bytes,
  const uint8_t *strip, size_t column, const workspace *space) {
  const locus_quantized_weights *w = a->weights;
  const size_t own = row / (size_t)parts;
  __m512i sums[tile_rows][2];
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    sums[r][0] = sums[r][1] = _mm512_set1_epi32(-space->searches[own + (size_t)(r / parts)].offsets[r % parts]);
  }
  for (size_t g = whole_groups(w->depth); g > 0; --g, strip += strip_width * group_bytes) {
    const __m512i first = _mm512_load_si512(strip), last = _mm512_load_si512(strip + 64);
#pragma unroll
    for (int r = 0; r < rows; ++r) {
      int32_t four;
      memcpy(&four, bytes + r * group_bytes, sizeof four);
      const __m512i x = _mm512_set1_epi32(four);
      sums[r][0] = _mm512_dpbusd_epi32(sums[r][0], first, x);
      sums[r][1] = _mm512_dpbusd_epi32(sums[r][1], last, x);
    }
    bytes += tile_rows * group_bytes;
  }
#pragma unroll
  for (int v = 0; v < 2; ++v) {
    const size_t at = column + (size_t)v * 16;
    const __m512 scale = _mm512_loadu_ps(w->scale + at), error = _mm512_loadu_ps(w->error + at),
                 norm = _mm512_loadu_ps(w->norm + at);
    const __mmask16 valid =
      at + 16 <= w->columns ? 0xffff : at < w->columns ? (__mmask16)((1u << (w->columns - at)) - 1) : 0;
#pragma unroll
    for (int r = 0; r < rows; r += parts) {
      const size_t searched = own + (size_t)(r / parts);
      search *s = space->searches + searched;
      __m512 middle =
        _mm512_mul_ps(_mm512_cvtepi32_ps(sums[r][v]), _mm512_mul_ps(scale, _mm512_set1_ps(s->scales[0])));
      __m512 size = _mm512_abs_ps(middle);
      if (parts == 2) {
        const __m512 fine =
          _mm512_mul_ps(_mm512_cvtepi32_ps(sums[r + 1][v]), _mm512_mul_ps(scale, _mm512_set1_ps(s->scales[1])));
        size = _mm512_add_ps(size, _mm512_abs_ps(fine));
        middle = _mm512_add_ps(middle, fine);
      }
      __m512 radius = _mm512_fmadd_ps(size, _mm512_set1_ps(0x1p-21f), _mm512_set1_ps(0x1p-110f));
      radius = _mm512_fmadd_ps(norm, _mm512_set1_ps(s->rest), radius);
      radius = _mm512_fmadd_ps(error, _mm512_set1_ps(s->length), radius);
      const __m512 upper = _mm512_add_ps(middle, radius);
      const __mmask16 mask = _mm512_mask_cmp_ps_mask(valid, upper, _mm512_set1_ps(s->second), _CMP_GE_OQ);
      if (mask) {
        const size_t list = searched * kept_count;
        keep(s, space->columns + list, space->upper + list, mask, at, _mm512_sub_ps(middle, radius), upper);
      }
      if (a->lower) {
        const size_t place = searched * w->columns + at;
        _mm512_mask_storeu_ps(a->lower + place, valid, _mm512_sub_ps(middle, radius));
        _mm512_mask_storeu_ps(a->upper + place, valid, upper);
      }
    }
  }
}

static inline __attribute__((always_inline)) void multiply_rows(
  size_t rows, const int parts, const locus_candidate_arguments *a, size_t row, const int8_t *bytes,
  const uint8_t *strip, size_t column, const workspace *space) {
#define MULTIPLY_ROWS(some)                                               \
  if (rows >= some) {                                                     \
    multiply_tile(some, parts, a, row, bytes, strip, column, space);      \
    rows -= some, row += some, bytes += some * group_bytes;               \
  }
  MULTIPLY_ROWS(tile_rows)
  MULTIPLY_ROWS(8)
  MULTIPLY_ROWS(4)
  MULTIPLY_ROWS(2)
  if (parts == 1) {
    MULTIPLY_ROWS(1)
  }
#undef MULTIPLY_ROWS
}

// Two functions, so that each is compiled for its number of parts.
static void multiply_coarse(size_t rows, const locus_candidate_arguments *a, size_t row, const int8_t *bytes,
                            const uint8_t *strip, size_t column, const workspace *space) {
  multiply_rows(rows, 1, a, row, bytes, strip, column, space);
}

static void multiply_fine(size_t rows, const locus_candidate_arguments *a, size_t row, const int8_t *bytes,
                          const uint8_t *strip, size_t column, const workspace *space) {
  multiply_rows(rows, 2, a, row, bytes, strip, column, space);
}

void locus_find_candidates(const locus_candidate_arguments *a, void *scratch) {
  const locus_quantized_weights *w = a->weights;
  const size_t groups = whole_groups(w->depth);
  workspace space = {.bytes = (int8_t *)whole_lines((size_t)scratch)};
  space.searches = (search *)(space.bytes + whole_lines(LOCUS_CANDIDATE_ROWS * groups * group_bytes));
  space.columns = (int32_t *)((char *)space.searches + whole_lines(LOCUS_CANDIDATE_ROWS * sizeof(search)));
  space.upper = (float *)(space.columns + LOCUS_CANDIDATE_ROWS * kept_count);
  space.left = space.upper + LOCUS_CANDIDATE_ROWS * kept_count;
  const size_t rows = a->rows * (a->fine ? 2 : 1);
  // Components behind the last count as nothing.
  memset(space.bytes, 0, (rows + tile_rows - 1) / tile_rows * tile_rows * groups * group_bytes);
  for (size_t row = 0; row < a->rows; ++row) space.searches[row] = begin(a, row, &space);
  // A strip stays in the first cache while all rows pass.
  for (size_t column = 0; column < w->columns; column += strip_width) {
    const uint8_t *const strip = w->packed + column * groups * group_bytes;
    for (size_t row = 0; row < rows; row += tile_rows) {
      (a->fine ? multiply_fine : multiply_coarse)(rows - row < tile_rows ? rows - row : tile_rows, a, row,
                                                  space.bytes + row * groups * group_bytes, strip, column, &space);
    }
  }
  for (size_t row = 0; row < a->rows; ++row) {
    search *s = space.searches + row;
    forget(s, space.columns + row * kept_count, space.upper + row * kept_count);
    a->counts[row] = s->count > (int32_t)a->most ? -1 : s->count;
    for (int32_t i = 0; i < a->counts[row]; ++i) {
      a->candidates[row * a->most + (size_t)i] = space.columns[row * kept_count + (size_t)i];
    }
  }
}
#pragma clang attribute pop

#else
bool locus_has_quantized_products(void) { return false; }

size_t locus_quantized_byte_count(size_t columns, size_t depth) { return columns * depth; }

size_t locus_candidate_scratch_byte_count(size_t depth) { return depth; }

bool locus_quantize_columns(locus_quantized_weights *weights, size_t first, const float *values, size_t count) {
  (void)weights, (void)first, (void)values, (void)count;
  return false;
}

void locus_find_candidates(const locus_candidate_arguments *arguments, void *scratch) {
  (void)scratch;
  for (size_t row = 0; row < arguments->rows; ++row) arguments->counts[row] = -1;
}
#endif
