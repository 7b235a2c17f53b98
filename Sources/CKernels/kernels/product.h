// Products of activations with transposed weights; either may be stored with its axes exchanged.
//
// Every element of the output is summed in one order, which only the depth decides: a chain of fused multiplications
// and additions over each `product_depth` components, the chains' results added one after another. So it does not
// depend on the rows and columns that are computed with it, on their number, or on the number format of the weights.
//
// A block of weights is widened and transposed once, so that a vector holds one component of LANES columns, and stays
// in the second cache; a few rows of the input stay in the first one and meet all of it.

enum {
  product_depth = LOCUS_PRODUCT_DEPTH,
  product_columns = LOCUS_PRODUCT_COLUMNS,
  product_stride = product_depth + 16,  // between copied rows, so that they do not compete for the same cache lines
  product_vectors = 2,
  product_width = product_vectors * LANES,              // columns of a strip
  product_rows = LANES == 16 ? LOCUS_PRODUCT_ROWS : 6,  // as many as the registers hold sums of
};

// MARK: Weights

// A vector for each of `depth` components, `product_width` floats apart.
INLINE void pack_vector(const locus_weight_format format, matrix_rows weights, size_t at, size_t depth,
                        float *packed) {
  const size_t size = format == LOCUS_FLOAT32 ? 4 : 2, step = sizeof(words) / size;
  for (size_t k = 0; k < depth; k += step) {
    words x[LANES];
    take_words(weights, (at + k) * size, (depth - k) * size, x);
    transpose(x);
    float *target = packed + k * product_width;
    const size_t count = depth - k < step ? depth - k : step;
    if (format == LOCUS_FLOAT32) {
      for (size_t i = 0; i < count; ++i) store(target + i * product_width, (floats)x[i]);
      continue;
    }
    for (size_t i = 0; 2 * i < count; ++i) {
      const floats even = format == LOCUS_BFLOAT16 ? (floats)(x[i] << 16) : widen_float16_lanes(x[i] & 0xffff);
      store(target + 2 * i * product_width, even);
      if (2 * i + 1 == count) break;
      const floats odd = format == LOCUS_BFLOAT16 ? (floats)(x[i] & 0xffff0000) : widen_float16_lanes(x[i] >> 16);
      store(target + (2 * i + 1) * product_width, odd);
    }
  }
}

// The strips of columns `first` ..< `end`, components `at` ..< `at` + `depth`.
INLINE void pack_strips(const locus_weight_format format, const locus_product_arguments *a, size_t first, size_t end,
                        size_t at, size_t depth, float *packed) {
  const size_t stride = a->weight_stride * (format == LOCUS_FLOAT32 ? 4 : 2);
  for (size_t column = first; column < end; column += product_width, packed += depth * product_width) {
    for (size_t vector = 0; vector < product_vectors; ++vector) {
      const size_t row = column + vector * LANES;
      const matrix_rows weights = {
        .row = (const char *)a->weight + row * stride,
        .stride = stride,
        .rows = row < a->columns ? a->columns - row : 0,
      };
      pack_vector(format, weights, at, depth, packed + vector * LANES);
    }
  }
}

// As many weights as are left, widened; 0 behind them. They may begin at any byte.
INLINE floats take_weights(const locus_weight_format format, const char *source, size_t left) {
  if (format == LOCUS_FLOAT32) {
    floats x = {0};
    if (left >= LANES) {
      memcpy(&x, source, sizeof x);
    } else {
      memcpy(&x, source, left * sizeof(float));
    }
    return x;
  }
  halves bits = {0};
  if (left >= LANES) {
    memcpy(&bits, source, sizeof bits);
  } else {
    memcpy(&bits, source, left * sizeof(uint16_t));
  }
  const words wide = __builtin_convertvector(bits, words);
  return format == LOCUS_BFLOAT16 ? (floats)(wide << 16) : widen_float16_lanes(wide);
}

// The same strips of weights that are stored with a row for each component, so that nothing has to be turned. A few
// components at a time: a strip alone would touch another page with each of them.
INLINE void pack_transposed_strips(const locus_weight_format format, const locus_product_arguments *a, size_t first,
                                   size_t end, size_t at, size_t depth, float *packed) {
  const size_t size = format == LOCUS_FLOAT32 ? 4 : 2, stride = a->weight_stride * size, together = 8;
  for (size_t start = 0; start < depth; start += together) {
    const size_t stop = depth - start < together ? depth : start + together;
    float *strip = packed;
    for (size_t column = first; column < end; column += product_width, strip += depth * product_width) {
      const size_t left = a->columns - column;
      for (size_t k = start; k < stop; ++k) {
        const char *source = (const char *)a->weight + (at + k) * stride + column * size;
#pragma unroll
        for (size_t v = 0; v < product_vectors; ++v) {
          const size_t behind = left > v * LANES ? left - v * LANES : 0;
          store(strip + k * product_width + v * LANES, take_weights(format, source + v * LANES * size, behind));
        }
      }
    }
  }
}

// MARK: Weights in blocks

enum { block_chunk = 256 };  // elements of a row that are widened together: whole blocks of every format

// The strips of columns `first` ..< `end` of weights in blocks: some rows are widened a chunk at a time, then turned.
static void pack_block_strips(const locus_product_arguments *a, size_t first, size_t end, size_t at, size_t depth,
                              float *packed) {
  const size_t stride = locus_format_byte_count(a->format, a->weight_stride);
  float rows[LANES][block_chunk + LANES] = {{0}};  // not a power of two: rows compete less for the same cache lines
  for (size_t column = first; column < end; column += product_width, packed += depth * product_width) {
    for (size_t vector = 0; vector < product_vectors; ++vector) {
      const size_t row = column + vector * LANES, left = row < a->columns ? a->columns - row : 0;
      for (size_t k = 0, some; k < depth; k += some) {
        const size_t place = a->weight_skip + at + k, whole = block_chunk - place % block_chunk;
        some = depth - k < whole ? depth - k : whole;
        for (size_t lane = 0; lane < LANES; ++lane) {
          if (lane < left) {
            widen_blocks(a->format, (const char *)a->weight + (row + lane) * stride, place, some, rows[lane]);
          } else {
            memset(rows[lane], 0, some * sizeof **rows);
          }
        }
        for (size_t i = 0; i < some; i += LANES) {
          words x[LANES];
#pragma unroll
          for (int lane = 0; lane < LANES; ++lane) memcpy(&x[lane], rows[lane] + i, sizeof *x);
          transpose(x);
          float *target = packed + (k + i) * product_width + vector * LANES;
          for (size_t j = 0; j < LANES && i + j < some; ++j) store(target + j * product_width, (floats)x[j]);
        }
      }
    }
  }
}

// The same strips of weights in blocks that are stored with a row for each component.
static void pack_transposed_block_strips(const locus_product_arguments *a, size_t first, size_t end, size_t at,
                                         size_t depth, float *packed) {
  const size_t stride = locus_format_byte_count(a->format, a->weight_stride);
  float row[product_columns];
  for (size_t k = 0; k < depth; ++k) {
    widen_blocks(a->format, (const char *)a->weight + (at + k) * stride, a->weight_skip + first, end - first, row);
    float *strip = packed + k * product_width;
    for (size_t column = first; column < end; column += product_width, strip += depth * product_width) {
#pragma unroll
      for (size_t v = 0; v < product_vectors; ++v) {
        const size_t from = column - first + v * LANES;
        store(strip + v * LANES, from < end - first ? take(row + from, end - first - from, 0) : splat(0));
      }
    }
  }
}

static void pack_weights(const locus_product_arguments *a, size_t first, size_t end, size_t at, size_t depth,
                         float *packed) {
  if (a->weight_transposed) {
    switch (a->format) {
      case LOCUS_FLOAT32: pack_transposed_strips(LOCUS_FLOAT32, a, first, end, at, depth, packed); break;
      case LOCUS_BFLOAT16: pack_transposed_strips(LOCUS_BFLOAT16, a, first, end, at, depth, packed); break;
      case LOCUS_FLOAT16: pack_transposed_strips(LOCUS_FLOAT16, a, first, end, at, depth, packed); break;
      default: pack_transposed_block_strips(a, first, end, at, depth, packed);
    }
    return;
  }
  switch (a->format) {
    case LOCUS_FLOAT32: pack_strips(LOCUS_FLOAT32, a, first, end, at, depth, packed); break;
    case LOCUS_BFLOAT16: pack_strips(LOCUS_BFLOAT16, a, first, end, at, depth, packed); break;
    case LOCUS_FLOAT16: pack_strips(LOCUS_FLOAT16, a, first, end, at, depth, packed); break;
    default: pack_block_strips(a, first, end, at, depth, packed);
  }
}

// MARK: Tiles

// output[r][0 ..< columns] += Σ input[r][k] · packed[k][…] + bias for some rows and one strip. `fresh`: what the output
// held does not count. `bias` may be NULL.
INLINE void multiply_tile(const int rows, const float *input, const float *packed, size_t depth, float *output,
                          size_t output_stride, size_t columns, bool fresh, const float *bias) {
  floats sums[product_rows][product_vectors] = {{{0}}};
  for (size_t k = 0; k < depth; ++k, packed += product_width) {
    floats w[product_vectors];
#pragma unroll
    for (int v = 0; v < product_vectors; ++v) w[v] = load(packed + v * LANES);
#pragma unroll
    for (int r = 0; r < rows; ++r) {
      const floats x = splat(input[r * product_stride + k]);
#pragma unroll
      for (int v = 0; v < product_vectors; ++v) sums[r][v] = x * w[v] + sums[r][v];
    }
  }
#pragma unroll
  for (int r = 0; r < rows; ++r, output += output_stride) {
    // Of nearly all strips every column is there, and nothing else has to be looked at.
    if (columns >= product_width) {
#pragma unroll
      for (int v = 0; v < product_vectors; ++v) {
        floats sum = sums[r][v];
        if (bias) sum = load(bias + v * LANES) + sum;
        if (!fresh) sum = load(output + v * LANES) + sum;
        store(output + v * LANES, sum);
      }
      continue;
    }
#pragma unroll
    for (int v = 0; v < product_vectors; ++v) {
      const size_t at = (size_t)v * LANES;
      if (at >= columns) continue;
      const size_t left = columns - at;
      floats sum = sums[r][v];
      if (bias) sum = take(bias + at, left, 0) + sum;
      if (!fresh) sum = take(output + at, left, 0) + sum;
      put(output + at, sum, left);
    }
  }
}

// Some rows and all the strips of a block of weights.
INLINE void multiply_strips(const int rows, const float *input, const float *packed, size_t depth, float *output,
                            size_t output_stride, size_t columns, bool fresh, const float *bias) {
  for (size_t column = 0; column < columns; column += product_width) {
    multiply_tile(rows, input, packed, depth, output + column, output_stride, columns - column, fresh,
                  bias ? bias + column : NULL);
    packed += depth * product_width;
  }
}

static void multiply_rows(size_t rows, const float *input, const float *packed, size_t depth, float *output,
                          size_t output_stride, size_t columns, bool fresh, const float *bias) {
#define MULTIPLY_ROWS(some)                                                                            \
  if (rows >= some) {                                                                                  \
    multiply_strips(some, input, packed, depth, output, output_stride, columns, fresh, bias);          \
    rows -= some, input += some * product_stride, output += some * output_stride;                      \
  }
  MULTIPLY_ROWS(product_rows)
#if LANES == 16
  MULTIPLY_ROWS(8)
#endif
  MULTIPLY_ROWS(4)
  MULTIPLY_ROWS(2)
  MULTIPLY_ROWS(1)
#undef MULTIPLY_ROWS
}

// MARK: Input

// Copies components `at` ..< `at` + `depth` of some rows of the input.
static void copy_input(const locus_product_arguments *a, size_t row, size_t rows, size_t at, size_t depth,
                       float *tile) {
  if (a->input_transposed) {
    const float *source = a->input + at * a->input_stride + row;
    for (size_t k = 0; k < depth; ++k, source += a->input_stride) {
      for (size_t r = 0; r < rows; ++r) tile[r * product_stride + k] = source[r];
    }
    return;
  }
  for (size_t r = 0; r < rows; ++r) {
    memcpy(tile + r * product_stride, a->input + (row + r) * a->input_stride + at, depth * sizeof *tile);
  }
}

static void product(const locus_product_arguments *a, float *scratch) {
  float *tile = scratch + (64 - (size_t)scratch % 64) % 64 / sizeof *scratch;
  float *packed = tile + product_rows * product_stride;
  for (size_t column = 0; column < a->columns; column += product_columns) {
    const size_t end = a->columns - column < product_columns ? a->columns : column + product_columns;
    for (size_t at = 0; at < a->depth; at += product_depth) {
      const size_t depth = a->depth - at < product_depth ? a->depth - at : product_depth;
      pack_weights(a, column, end, at, depth, packed);
      const bool fresh = at == 0 && !a->adding;
      for (size_t row = 0; row < a->rows; row += product_rows) {
        const size_t rows = a->rows - row < product_rows ? a->rows - row : product_rows;
        copy_input(a, row, rows, at, depth, tile);
        multiply_rows(rows, tile, packed, depth, a->output + row * a->output_stride + column, a->output_stride,
                      end - column, fresh, a->bias && at == 0 ? a->bias + column : NULL);
      }
    }
  }
}

// MARK: Distances

static double squared_distance(const float *x, const float *y, size_t count) {
  doubles sums = {0};
  for (size_t i = 0; i < count; i += LANES) {
    const doubles a = to_doubles(take(x + i, count - i, 0));
    const doubles difference = y ? a - to_doubles(take(y + i, count - i, 0)) : a;
    sums = difference * difference + sums;
  }
  return sum_of_double_lanes(sums);
}
