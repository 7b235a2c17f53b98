// Derivatives of attention over one whole sequence, four query rows at a time.
//
// With weights w = softmax(s), s = scale · q kᵀ, and output o = w v, a derivative of the scores and one of the weights
// belong together by w ∘ (d − Σ w d), in either direction. Rows that do not fill a block are taken one by one: each
// element has one order of sums in blocks of any size.

// Turns exp(score − largest), of which 1 / the sum is `factor`, into weights, and d at the keys `low` … `high` into
// w ∘ (d − Σ w d) · scale. Other lanes of the first and the last vector become 0. The mean is that under weights which
// add up to 1, and is taken in double: where one key has nearly all the weight, its d is nearly the mean.
INLINE void differentiate_weights(float *weight, float *d, size_t low, size_t high, float factor, float scale) {
  const size_t first = low / LANES * LANES;
  const integers number = lane_numbers();
  doubles sum = {0}, weights = {0};
  for (size_t i = first; i <= high; i += LANES) {
    const floats w = load(weight + i) * factor;
    floats x = load(d + i);
    if (i < low || i + LANES > high + 1) {
      const integers position = number + (int32_t)(i - first);
      const integers inside = (position >= (int32_t)(low - first)) & (position <= (int32_t)(high - first));
      x = choose_lanes(inside, x, splat(0));
      store(d + i, x);
    }
    store(weight + i, w);
    weights += to_doubles(w);
    sum = to_doubles(w) * to_doubles(x) + sum;
  }
  const double mean = sum_of_double_lanes(sum) / sum_of_double_lanes(weights);
  for (size_t i = first; i <= high; i += LANES) {
    store(d + i, load(weight + i) * to_floats(to_doubles(load(d + i)) - mean) * scale);
  }
}

// target[key] += weight[r][key] · source[r] for the keys `first` ..< `end` and the rows that see them, row after row.
INLINE void add_to_keys(const int rows, const int vectors, const bool all_rows, const size_t lanes,
                        const attention_block *block, const float *weight, size_t weight_stride,
                        const floats source[4][4], float *target, size_t target_stride, size_t first, size_t end) {
  for (size_t key = first; key < end; ++key) {
    float *sums = target + key * target_stride;
    floats sum[4];
#pragma unroll
    for (int n = 0; n < vectors; ++n) sum[n] = lanes == LANES ? load(sums + n * LANES) : load_some(sums, lanes, 0);
#pragma unroll
    for (int r = 0; r < rows; ++r) {
      if (all_rows || (key >= block->low[r] && key <= block->high[r])) {
        const float w = weight[(size_t)r * weight_stride + key];
#pragma unroll
        for (int n = 0; n < vectors; ++n) sum[n] = w * source[r][n] + sum[n];
      }
    }
#pragma unroll
    for (int n = 0; n < vectors; ++n) {
      if (lanes == LANES) {
        store(sums + n * LANES, sum[n]);
      } else {
        store_some(sums, sum[n], lanes);
      }
    }
  }
}

// The same for `vectors` vectors of columns and all keys; the only vector may have fewer lanes.
INLINE void add_vectors_to_keys(const int rows, const int vectors, const size_t lanes, const attention_block *block,
                                const float *weight, size_t weight_stride, const float *source, size_t source_stride,
                                float *target, size_t target_stride) {
  floats x[4][4];
#pragma unroll
  for (int r = 0; r < rows; ++r) {
#pragma unroll
    for (int n = 0; n < vectors; ++n) {
      const float *row = source + (size_t)r * source_stride + n * LANES;
      x[r][n] = lanes == LANES ? load(row) : load_some(row, lanes, 0);
    }
  }
  const size_t start = block->low[0], end = block->high[rows - 1] + 1;
  size_t common = block->low[rows - 1], common_end = block->high[0] + 1;
  if (common >= common_end) common = common_end = end;
  add_to_keys(rows, vectors, false, lanes, block, weight, weight_stride, x, target, target_stride, start, common);
  add_to_keys(rows, vectors, true, lanes, block, weight, weight_stride, x, target, target_stride, common, common_end);
  add_to_keys(rows, vectors, false, lanes, block, weight, weight_stride, x, target, target_stride, common_end, end);
}

// The same for all columns, as many at a time as the registers hold.
INLINE void add_rows_to_keys(const int rows, size_t size, const attention_block *block, const float *weight,
                             size_t weight_stride, const float *source, size_t source_stride, float *target,
                             size_t target_stride) {
  size_t c = 0;
#define ADD_VECTORS(vectors, lanes)                                                                          \
  add_vectors_to_keys(rows, vectors, lanes, block, weight, weight_stride, source + c, source_stride, target + c, \
                      target_stride)
#if LANES == 16
  for (; c + 4 * LANES <= size; c += 4 * LANES) ADD_VECTORS(4, LANES);
#endif
  for (; c + 2 * LANES <= size; c += 2 * LANES) ADD_VECTORS(2, LANES);
  for (; c + LANES <= size; c += LANES) ADD_VECTORS(1, LANES);
  if (c < size) ADD_VECTORS(1, size - c);
#undef ADD_VECTORS
}

// Scratch of a call, and what is packed of the key head at hand.
typedef struct {
  float *weight, *derivative, *addend, *cap_slope;  // four rows each, `stride` apart
  size_t stride;
  float *keys, *others;  // packed: the keys, and their tangents or the values
} attention_tape;

INLINE attention_tape lay_out(const locus_attention_arguments *a, float *scratch) {
  attention_tape tape = {.stride = round_up_to_tile(a->query_count)};
  tape.weight = scratch + (64 - (size_t)scratch % 64) % 64 / sizeof *scratch;
  tape.derivative = tape.weight + 4 * tape.stride;
  tape.addend = tape.derivative + 4 * tape.stride;
  tape.cap_slope = tape.addend + 4 * tape.stride;
  tape.keys = tape.cap_slope + 4 * tape.stride;
  tape.others = tape.keys + tape.stride * a->head_size;
  return tape;
}

// The exponentials of a block's scores in the tape; 1 / their sums become the block's factors.
INLINE attention_block weigh(const int rows, const locus_attention_arguments *a, size_t row, size_t head,
                             const attention_tape *tape) {
  attention_block block = {.query = a->query + row * a->query_stride + head * a->head_size};
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    block.low[r] = first_visible(a, row + (size_t)r);
    block.high[r] = visible_end(a, row + (size_t)r) - 1;
  }
  score_rows(rows, block.query, a->query_stride, tape->keys, block.low[0] / LANES, block.high[rows - 1] / LANES + 1,
             a->head_size, a->scale, tape->weight, tape->stride);
  adjust_scores(rows, a, head, row, 0, block.low[0] / LANES, block.high[rows - 1] / LANES + 1, tape->weight,
                tape->stride, tape->cap_slope);
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    block.factor[r] =
        1 / exponentiate_scores(tape->weight + (size_t)r * tape->stride, block.low[r], block.high[r]);
  }
  return block;
}

// Takes derivatives of capped scores to those of the scores, or the other way, where there is a cap.
INLINE void pass_cap(const int rows, const locus_attention_arguments *a, size_t first, size_t end,
                     const attention_tape *tape) {
  if (!(a->cap > 0)) return;
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    float *derivative = tape->derivative + (size_t)r * tape->stride;
    const float *slope = tape->cap_slope + (size_t)r * tape->stride;
    for (size_t i = first * LANES; i < end * LANES; i += LANES) {
      store(derivative + i, load(derivative + i) * load(slope + i));
    }
  }
}

// Differentiates the weights of all rows of a block; from here on nothing is left to divide by.
INLINE void differentiate_block(const int rows, attention_block *block, const attention_tape *tape, float scale) {
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    const size_t at = (size_t)r * tape->stride;
    differentiate_weights(tape->weight + at, tape->derivative + at, block->low[r], block->high[r], block->factor[r],
                          scale);
    block->factor[r] = 1;
  }
}

// MARK: Reverse

INLINE void pull_back_rows(const int rows, const locus_attention_derivative_arguments *a, size_t row, size_t head,
                           const attention_tape *tape) {
  const locus_attention_arguments *f = &a->forward;
  const size_t column = head * f->head_size, shared = head / (f->heads / f->key_value_heads) * f->head_size;
  attention_block block = weigh(rows, f, row, head, tape);
  const float *gradient = a->output_derivative + row * a->output_derivative_stride + column;
  score_rows(rows, gradient, a->output_derivative_stride, tape->others, block.low[0] / LANES,
             block.high[rows - 1] / LANES + 1, f->head_size, 1, tape->derivative, tape->stride);
  differentiate_block(rows, &block, tape, f->scale);
  pass_cap(rows, f, block.low[0] / LANES, block.high[rows - 1] / LANES + 1, tape);
  add_rows_to_keys(rows, f->head_size, &block, tape->weight, tape->stride, gradient, a->output_derivative_stride,
                   a->value_derivative + shared, a->value_derivative_stride);
  add_rows_to_keys(rows, f->head_size, &block, tape->derivative, tape->stride, block.query, f->query_stride,
                   a->key_derivative + shared, a->key_derivative_stride);
  // A query's gradient is a sum of keys as an output is one of values.
  const locus_attention_arguments sums = {
    .value_stride = f->key_stride,
    .output_stride = a->query_derivative_stride,
    .head_size = f->head_size,
  };
  block.value = f->key + shared;
  block.output = a->query_derivative + row * a->query_derivative_stride + column;
  output_rows(rows, &sums, &block, tape->derivative, tape->stride, NULL);
}

static void attention_pull_back(const locus_attention_derivative_arguments *a, float *scratch) {
  const locus_attention_arguments *f = &a->forward;
  const attention_tape tape = lay_out(f, scratch);
  const size_t group = f->heads / f->key_value_heads, size = f->head_size;
  for (size_t key_head = 0; key_head < f->key_value_heads; ++key_head) {
    const size_t shared = key_head * size;
    pack_keys(f->key + shared, f->key_stride, f->query_count, size, tape.keys);
    pack_keys(f->value + shared, f->value_stride, f->query_count, size, tape.others);
    for (size_t row = 0; row < f->query_count; ++row) {
      memset(a->key_derivative + row * a->key_derivative_stride + shared, 0, size * sizeof(float));
      memset(a->value_derivative + row * a->value_derivative_stride + shared, 0, size * sizeof(float));
    }
    for (size_t head = key_head * group; head < (key_head + 1) * group; ++head) {
      size_t row = 0;
      for (; row + 4 <= f->query_count; row += 4) pull_back_rows(4, a, row, head, &tape);
      for (; row < f->query_count; ++row) pull_back_rows(1, a, row, head, &tape);
    }
  }
}

// MARK: Tangents

INLINE void push_forward_rows(const int rows, const locus_attention_derivative_arguments *a, size_t row, size_t head,
                              const attention_tape *tape) {
  const locus_attention_arguments *f = &a->forward;
  const size_t column = head * f->head_size, shared = head / (f->heads / f->key_value_heads) * f->head_size;
  attention_block block = weigh(rows, f, row, head, tape);
  const size_t first = block.low[0] / LANES, end = block.high[rows - 1] / LANES + 1;
  score_rows(rows, a->query_derivative + row * a->query_derivative_stride + column, a->query_derivative_stride,
             tape->keys, first, end, f->head_size, f->scale, tape->derivative, tape->stride);
  score_rows(rows, block.query, f->query_stride, tape->others, first, end, f->head_size, f->scale, tape->addend,
             tape->stride);
#pragma unroll
  for (int r = 0; r < rows; ++r) {
    float *sum = tape->derivative + (size_t)r * tape->stride;
    const float *addend = tape->addend + (size_t)r * tape->stride;
    for (size_t i = first * LANES; i < end * LANES; i += LANES) store(sum + i, load(sum + i) + load(addend + i));
  }
  pass_cap(rows, f, first, end, tape);
  differentiate_block(rows, &block, tape, 1);
  const more_values tangents = {
    .value = a->value_derivative + shared, .weight = tape->weight, .value_stride = a->value_derivative_stride};
  const locus_attention_arguments sums = {
    .value_stride = f->value_stride,
    .output_stride = a->output_derivative_stride,
    .head_size = f->head_size,
  };
  block.value = f->value + shared;
  block.output = a->output_derivative + row * a->output_derivative_stride + column;
  output_rows(rows, &sums, &block, tape->derivative, tape->stride, &tangents);
}

static void attention_push_forward(const locus_attention_derivative_arguments *a, float *scratch) {
  const locus_attention_arguments *f = &a->forward;
  const attention_tape tape = lay_out(f, scratch);
  const size_t group = f->heads / f->key_value_heads, size = f->head_size;
  for (size_t key_head = 0; key_head < f->key_value_heads; ++key_head) {
    pack_keys(f->key + key_head * size, f->key_stride, f->query_count, size, tape.keys);
    pack_keys(a->key_derivative + key_head * size, a->key_derivative_stride, f->query_count, size, tape.others);
    for (size_t head = key_head * group; head < (key_head + 1) * group; ++head) {
      size_t row = 0;
      for (; row + 4 <= f->query_count; row += 4) push_forward_rows(4, a, row, head, &tape);
      for (; row < f->query_count; ++row) push_forward_rows(1, a, row, head, &tape);
    }
  }
}
