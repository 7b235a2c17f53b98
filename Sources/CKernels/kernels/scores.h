// Packed keys and their products with queries. Keys are packed in tiles of 16 positions, [tile, head_size, 16], so
// that a vector holds one component of LANES keys and a product sums over components in order, in every lane alike.

enum { tile_width = 16, vectors_per_tile = tile_width / LANES };

INLINE size_t round_up_to_tile(size_t count) { return (count + tile_width - 1) / tile_width * tile_width; }

INLINE quad load_quad(const float *source) {
  quad x;
  memcpy(&x, source, sizeof x);
  return x;
}

INLINE void store_quad(float *destination, quad x) { memcpy(destination, &x, sizeof x); }

// Four components of four keys, transposed.
INLINE void pack_four(const float *key, size_t stride, float *packed) {
  const quad a = load_quad(key), b = load_quad(key + stride);
  const quad c = load_quad(key + 2 * stride), d = load_quad(key + 3 * stride);
  const quad ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const quad cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  store_quad(packed, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
  store_quad(packed + tile_width, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
  store_quad(packed + 2 * tile_width, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
  store_quad(packed + 3 * tile_width, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
}

// Packs `count` keys; the last tile is filled up with zeros.
static void pack_keys(const float *key, size_t stride, size_t count, size_t head_size, float *packed) {
  for (size_t first = 0; first < count; first += tile_width, packed += tile_width * head_size) {
    const size_t keys = count - first < tile_width ? count - first : tile_width;
    const size_t whole_keys = keys / 4 * 4, whole_components = head_size / 4 * 4;
    const float *tile = key + first * stride;
    // Four keys at a time, because rows a power of two apart compete for the same few cache lines.
    for (size_t k = 0; k < whole_keys; k += 4) {
      for (size_t d = 0; d < whole_components; d += 4) {
        pack_four(tile + k * stride + d, stride, packed + d * tile_width + k);
      }
    }
    for (size_t d = 0; d < head_size; ++d) {
      for (size_t k = d < whole_components ? whole_keys : 0; k < tile_width; ++k) {
        packed[d * tile_width + k] = k < keys ? tile[k * stride + d] : 0;
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
// last vector outside the range become 0.
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
    const floats weight = exp_lanes(load(score + i) - top);
    store(score + i, weight);
    sum += weight;
  }
  return sum_of_lanes(sum);
}
