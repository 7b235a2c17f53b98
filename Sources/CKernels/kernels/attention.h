// Grouped-query attention, causal or over all keys, four query rows at a time.
//
// A row's result must not depend on the block it is computed in. So every row sums over components and over keys in the
// same order in every block, lanes belong to positions modulo 16, and keys that only some rows of a block see are added
// to those rows alone. A last block of fewer than four rows is moved back and computes some rows again.

// The rows of a block: those of one head at consecutive positions; the keys they see, counted from the first packed.
typedef struct {
  const float *query;
  const float *value;
  float *output;
  size_t low[4], high[4];
  float factor[4];  // 1 / the sum of the weights
} attention_block;

// Adds the keys `first` ..< `end` to the rows that see them.
INLINE void add_values(const int rows, const int vectors, const bool all_rows, const size_t lanes,
                       const attention_block *block, const float *value, size_t value_stride, const float *weight,
                       size_t weight_stride, size_t first, size_t end, floats sums[4][4]) {
  for (size_t key = first; key < end; ++key) {
    floats v[4];
#pragma unroll
    for (int n = 0; n < vectors; ++n) {
      const float *source = value + key * value_stride + n * LANES;
      v[n] = lanes == LANES ? load(source) : load_some(source, lanes, 0);
    }
#pragma unroll
    for (int r = 0; r < rows; ++r) {
      if (all_rows || (key >= block->low[r] && key <= block->high[r])) {
        const float w = weight[(size_t)r * weight_stride + key];
#pragma unroll
        for (int n = 0; n < vectors; ++n) sums[r][n] = w * v[n] + sums[r][n];
      }
    }
  }
}

// Adds all keys of a block to the rows that see them.
INLINE void add_all_values(const int rows, const int vectors, const size_t lanes, const attention_block *block,
                           const float *value, size_t value_stride, const float *weight, size_t weight_stride,
                           floats sums[4][4]) {
  const size_t start = block->low[0], end = block->high[rows - 1] + 1;
  size_t common = block->low[rows - 1], common_end = block->high[0] + 1;
  if (common >= common_end) common = common_end = end;
  add_values(rows, vectors, false, lanes, block, value, value_stride, weight, weight_stride, start, common, sums);
  add_values(rows, vectors, true, lanes, block, value, value_stride, weight, weight_stride, common, common_end, sums);
  add_values(rows, vectors, false, lanes, block, value, value_stride, weight, weight_stride, common_end, end, sums);
}

// Other values with other weights, which are added as well.
typedef struct {
  const float *value, *weight;
  size_t value_stride;
} more_values;

// output[r][column …] for `vectors` vectors of columns; the only vector may have fewer lanes. `more` may be NULL.
INLINE void output_vectors(const int rows, const int vectors, const size_t lanes,
                           const locus_attention_arguments *a, const attention_block *block, size_t column,
                           const float *weight, size_t weight_stride, const more_values *more) {
  floats sums[4][4] = {{{0}}};
  add_all_values(rows, vectors, lanes, block, block->value + column, a->value_stride, weight, weight_stride, sums);
  if (more) {
    add_all_values(rows, vectors, lanes, block, more->value + column, more->value_stride, more->weight, weight_stride,
                   sums);
  }
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    float *output = block->output + (size_t)r * a->output_stride + column;
#pragma unroll
    for (int n = 0; n < vectors; ++n) {
      const floats result = sums[r][n] * block->factor[r];
      if (lanes == LANES) {
        store(output + n * LANES, result);
      } else {
        store_some(output, result, lanes);
      }
    }
  }
}

// All the columns of a block's rows, as many at a time as the registers hold.
INLINE void output_rows(const int rows, const locus_attention_arguments *a, const attention_block *block,
                        const float *weight, size_t weight_stride, const more_values *more) {
  const int most = rows == 1 || LANES == 16 ? 4 : 2;
  const size_t width = (size_t)most * LANES, size = a->head_size;
  size_t c = 0;
  for (; c + width <= size; c += width) output_vectors(rows, most, LANES, a, block, c, weight, weight_stride, more);
  if (most == 4 && c + 2 * LANES <= size) {
    output_vectors(rows, 2, LANES, a, block, c, weight, weight_stride, more);
    c += 2 * LANES;
  }
  if (c + LANES <= size) {
    output_vectors(rows, 1, LANES, a, block, c, weight, weight_stride, more);
    c += LANES;
  }
  if (c < size) output_vectors(rows, 1, size - c, a, block, c, weight, weight_stride, more);
}

INLINE size_t first_visible(const locus_attention_arguments *a, size_t position) {
  return a->window == 0 || position < a->window ? 0 : position + 1 - a->window;
}

// One more than the last key that a query at this position sees.
INLINE size_t visible_end(const locus_attention_arguments *a, size_t position) {
  return a->key_count ? a->key_count : position + 1;
}

// Adds a head's slope times the distance of each key, and caps the scores of the vectors `first` ..< `end`; row 0 is at
// `position`, the first key at `base`. `cap_slopes`, if there, takes the derivative of the cap, as the scores lie.
INLINE void adjust_scores(const int rows, const locus_attention_arguments *a, size_t head, size_t position, size_t base,
                          size_t first, size_t end, float *score, size_t score_stride, float *cap_slopes) {
  if (!(a->cap > 0) && !a->slopes) return;
  const floats number = __builtin_convertvector(lane_numbers(), floats);
  const float slope = a->slopes ? a->slopes[head] : 0;
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    for (size_t i = first * LANES; i < end * LANES; i += LANES) {
      float *at = score + (size_t)r * score_stride + i;
      const floats distance = number + ((float)(base + i) - (float)(position + (size_t)r));
      floats x = load(at);
      if (a->slopes) x = distance * slope + x;
      if (a->cap > 0) {
        const floats share = tanh_lanes(x / a->cap);
        x = share * a->cap;
        if (cap_slopes) store(cap_slopes + (size_t)r * score_stride + i, 1.0f - share * share);
      }
      store(at, x);
    }
  }
}

// Rows `row` ..< `row` + `rows` of one head. `base` is the position of the first packed key.
INLINE void attend(const int rows, const locus_attention_arguments *a, size_t row, size_t head, size_t base,
                   const float *packed, float *score, size_t score_stride) {
  const size_t column = head * a->head_size;
  const size_t key_head = head / (a->heads / a->key_value_heads);
  attention_block block = {
    .query = a->query + row * a->query_stride + column,
    .value = a->value + base * a->value_stride + key_head * a->head_size,
    .output = a->output + row * a->output_stride + column,
  };
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    const size_t position = a->first_position + row + (size_t)r;
    block.low[r] = first_visible(a, position) - base;
    block.high[r] = visible_end(a, position) - 1 - base;
  }
  score_rows(rows, block.query, a->query_stride, packed, block.low[0] / LANES, block.high[rows - 1] / LANES + 1,
             a->head_size, a->scale, score, score_stride);
  adjust_scores(rows, a, head, a->first_position + row, base, block.low[0] / LANES, block.high[rows - 1] / LANES + 1,
                score, score_stride, NULL);
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    block.factor[r] = 1 / exponentiate_scores(score + (size_t)r * score_stride, block.low[r], block.high[r]);
  }
  output_rows(rows, a, &block, score, score_stride, NULL);
}

static void attention(const locus_attention_arguments *a, float *scratch) {
  if (a->query_count == 0) return;
  const size_t end = visible_end(a, a->first_position + a->query_count - 1);
  const size_t base = first_visible(a, a->first_position) / tile_width * tile_width;
  const size_t score_stride = round_up_to_tile(end - base);
  // Rows of scores first, on whole cache lines.
  float *score = scratch + (64 - (size_t)scratch % 64) % 64 / sizeof *scratch;
  float *packed = score + 4 * score_stride;
  const size_t group = a->heads / a->key_value_heads;
  for (size_t key_head = 0; key_head < a->key_value_heads; ++key_head) {
    pack_keys(a->key + base * a->key_stride + key_head * a->head_size, a->key_stride, end - base, a->head_size, packed);
    for (size_t head = key_head * group; head < (key_head + 1) * group; ++head) {
      if (a->query_count < 4) {
        for (size_t row = 0; row < a->query_count; ++row) {
          attend(1, a, row, head, base, packed, score, score_stride);
        }
      } else {
        for (size_t row = 0; row < a->query_count; row += 4) {
          const size_t first = row + 4 <= a->query_count ? row : a->query_count - 4;
          attend(4, a, first, head, base, packed, score, score_stride);
        }
      }
    }
  }
}
