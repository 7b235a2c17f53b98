// Packed keys and their products with queries. Keys are packed in tiles of 16 positions, [tile, head_size, 16], so
// that a vector holds one component of LANES keys and a product sums over components in order, in every lane alike.

enum { tile_width = 16, vectors_per_tile = tile_width / LANES };

INLINE size_t round_up_to_tile(size_t count) { return (count + tile_width - 1) / tile_width * tile_width; }

// Packs `count` keys; the last tile is filled up with zeros.
static void pack_keys(const float *key, size_t stride, size_t count, size_t head_size, float *packed) {
  for (size_t first = 0; first < count; first += tile_width, packed += tile_width * head_size) {
    for (size_t vector = 0; vector < vectors_per_tile; ++vector) {
      const size_t row = first + vector * LANES;
      const matrix_rows keys = {
        .row = (const char *)(key + row * stride),
        .stride = stride * sizeof *key,
        .rows = row < count ? count - row : 0,
      };
      for (size_t d = 0; d < head_size; d += LANES) {
        words x[LANES];
        take_words(keys, d * sizeof *key, (head_size - d) * sizeof *key, x);
        transpose(x);
        const size_t components = head_size - d < LANES ? head_size - d : LANES;
        for (size_t i = 0; i < components; ++i) {
          store(packed + (d + i) * tile_width + vector * LANES, (floats)x[i]);
        }
      }
    }
  }
}

// score[r][0 …] = scale · query[r] · key for `vectors` · LANES keys, `vector` being the number of their first vector.
INLINE void score_vectors(const int rows, const int vectors, const float *query, size_t query_stride,
                          const float *packed, size_t vector, size_t head_size, float scale, float *score,
                          size_t score_stride) {
  floats sums[4][4] = {{{0}}};
  const float *keys[4];
#pragma unroll
  for (int n = 0; n < vectors; ++n) {
    const size_t number = vector + (size_t)n;
    keys[n] = packed + number / vectors_per_tile * tile_width * head_size + number % vectors_per_tile * LANES;
  }
  for (size_t d = 0; d < head_size; ++d) {
    floats k[4];
#pragma unroll
    for (int n = 0; n < vectors; ++n) k[n] = load(keys[n] + d * tile_width);
#pragma unroll
    for (int r = 0; r < rows; ++r) {
      const float q = query[(size_t)r * query_stride + d];
#pragma unroll
      for (int n = 0; n < vectors; ++n) sums[r][n] = q * k[n] + sums[r][n];
    }
  }
#pragma unroll
  for (int r = 0; r < rows; ++r) {
#pragma unroll
    for (int n = 0; n < vectors; ++n) {
      store(score + (size_t)r * score_stride + (vector + (size_t)n) * LANES, sums[r][n] * scale);
    }
  }
}

// The same for the vectors `first` ..< `end`, as many at a time as the registers hold.
INLINE void score_rows(const int rows, const float *query, size_t query_stride, const float *packed, size_t first,
                       size_t end, size_t head_size, float scale, float *score, size_t score_stride) {
  const int most = rows == 1 || LANES == 16 ? 4 : 2;
  size_t v = first;
  for (; v + (size_t)most <= end; v += (size_t)most) {
    score_vectors(rows, most, query, query_stride, packed, v, head_size, scale, score, score_stride);
  }
  if (most == 4 && v + 2 <= end) {
    score_vectors(rows, 2, query, query_stride, packed, v, head_size, scale, score, score_stride);
    v += 2;
  }
  if (v < end) score_vectors(rows, 1, query, query_stride, packed, v, head_size, scale, score, score_stride);
}

// Turns the scores `low` … `high` of a row into exp(score − largest) and returns their sum. Lanes of the first and the
// last vector outside the range become 0, and so do weights that would be subnormal: beside the largest, which is 1,
// they are nothing, and processors take a hundred cycles for an operation on one.
INLINE float exponentiate_scores(float *score, size_t low, size_t high) {
  const size_t first = low / LANES * LANES;
  const integers number = lane_numbers();
  floats largest = splat(-INFINITY);
  for (size_t i = first; i <= high; i += LANES) {
    floats x = load(score + i);
    if (i < low || i + LANES > high + 1) {
      const integers position = number + (int32_t)(i - first);
      const integers inside = (position >= (int32_t)(low - first)) & (position <= (int32_t)(high - first));
      x = choose_lanes(inside, x, splat(-INFINITY));
      store(score + i, x);
    }
    largest = larger(x, largest);
  }
  const float top = largest_lane(largest);
  floats sum = {0};
  for (size_t i = first; i <= high; i += LANES) {
    const floats x = load(score + i) - top;
    const integers tiny = x < -87.0f;
    const floats weight = choose_lanes(tiny, splat(0), exp_lanes(choose_lanes(tiny, splat(-87.0f), x)));
    store(score + i, weight);
    sum += weight;
  }
  return sum_of_lanes(sum);
}
