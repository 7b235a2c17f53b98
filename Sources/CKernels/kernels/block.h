// The parts of a decoder block that are neither matrix products nor attention.

// MARK: Normalisation

static void rms_norm(const float *x, size_t x_stride, const float *gain, float epsilon, float *y, size_t y_stride,
                     size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; ++row, x += x_stride, y += y_stride) {
    doubles squares[2] = {{0}, {0}};  // two, because each addition waits for the one before
    for (size_t i = 0; i < columns; i += LANES) {
      const doubles wide = to_doubles(take(x + i, columns - i, 0));
      doubles *sum = &squares[i / LANES % 2];
      *sum = wide * wide + *sum;
    }
    const double mean = sum_of_double_lanes(squares[0] + squares[1]) / (double)columns;
    const float factor = (float)(1 / sqrt(mean + (double)epsilon));
    for (size_t i = 0; i < columns; i += LANES) {
      const size_t left = columns - i;
      put(y + i, take(x + i, left, 0) * factor * take(gain + i, left, 0), left);
    }
  }
}

// A vector of numbers less their mean, 0 behind the last.
INLINE doubles centred(const float *x, size_t left, double mean) {
  doubles d = to_doubles(take(x, left, 0)) - mean;
  if (left < LANES) {
    for (size_t lane = left; lane < LANES; ++lane) d[lane] = 0;
  }
  return d;
}

// The mean of a row, and 1 / √(variance + ε).
INLINE double layer_norm_factor(const float *x, float epsilon, size_t columns, double *mean) {
  doubles sum = {0}, squares = {0};
  for (size_t i = 0; i < columns; i += LANES) sum = to_doubles(take(x + i, columns - i, 0)) + sum;
  *mean = sum_of_double_lanes(sum) / (double)columns;
  for (size_t i = 0; i < columns; i += LANES) {
    const doubles d = centred(x + i, columns - i, *mean);
    squares = d * d + squares;
  }
  return 1 / sqrt(sum_of_double_lanes(squares) / (double)columns + (double)epsilon);
}

static void layer_norm(const float *x, size_t x_stride, const float *gain, const float *bias, float epsilon, float *y,
                       size_t y_stride, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; ++row, x += x_stride, y += y_stride) {
    double mean;
    const float factor = (float)layer_norm_factor(x, epsilon, columns, &mean);
    for (size_t i = 0; i < columns; i += LANES) {
      const size_t left = columns - i;
      const floats normed = to_floats(centred(x + i, left, mean)) * factor * take(gain + i, left, 0);
      put(y + i, bias ? normed + take(bias + i, left, 0) : normed, left);
    }
  }
}

// MARK: Rotary embedding

static void rotate_half_split(float *x, size_t stride, const int32_t *positions, const float *cosine, const float *sine,
                              size_t rows, size_t heads, size_t head_size) {
  const size_t half = head_size / 2;
  for (size_t row = 0; row < rows; ++row) {
    const float *c = cosine + (size_t)positions[row] * half;
    const float *s = sine + (size_t)positions[row] * half;
    for (size_t head = 0; head < heads; ++head) {
      float *first = x + row * stride + head * head_size, *second = first + half;
      for (size_t i = 0; i < half; i += LANES) {
        const size_t left = half - i;
        const floats a = take(first + i, left, 0), b = take(second + i, left, 0);
        const floats cos = take(c + i, left, 0), sin = take(s + i, left, 0);
        put(first + i, a * cos - b * sin, left);
        put(second + i, b * cos + a * sin, left);
      }
    }
  }
}

// Each of the first LANES / 2 lanes twice, and neighbours exchanged.
#if LANES == 16
#define TWICE(x) __builtin_shufflevector(x, x, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7)
#define EXCHANGED(x) __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)
#elif LANES == 8
#define TWICE(x) __builtin_shufflevector(x, x, 0, 0, 1, 1, 2, 2, 3, 3)
#define EXCHANGED(x) __builtin_shufflevector(x, x, 1, 0, 3, 2, 5, 4, 7, 6)
#else
#define TWICE(x) __builtin_shufflevector(x, x, 0, 0, 1, 1)
#define EXCHANGED(x) __builtin_shufflevector(x, x, 1, 0, 3, 2)
#endif

static void rotate_interleaved(float *x, size_t stride, const int32_t *positions, const float *cosine,
                               const float *sine, size_t rows, size_t heads, size_t head_size) {
  const size_t half = head_size / 2;
  const floats sign = __builtin_convertvector((lane_numbers() & 1) * 2 - 1, floats);  // −1, 1, −1, 1 …
  for (size_t row = 0; row < rows; ++row) {
    const float *c = cosine + (size_t)positions[row] * half;
    const float *s = sine + (size_t)positions[row] * half;
    for (size_t head = 0; head < heads; ++head) {
      float *pairs = x + row * stride + head * head_size;
      for (size_t i = 0; i < head_size; i += LANES) {
        const size_t left = head_size - i, angles = (left < LANES ? left : LANES) / 2;
        const floats a = take(pairs + i, left, 0);
        const floats cos = load_some(c + i / 2, angles, 0), sin = load_some(s + i / 2, angles, 0);
        put(pairs + i, a * TWICE(cos) + EXCHANGED(a) * (TWICE(sin) * sign), left);
      }
    }
  }
}

#undef TWICE
#undef EXCHANGED

// MARK: Activation

static void activate(const locus_activation function, float *x, const float *factor, size_t count) {
#define ACTIVATE(f)                                                                  \
  case f:                                                                            \
    for (size_t i = 0; i < count; i += LANES) {                                      \
      const size_t left = count - i;                                                 \
      const floats y = activated(f, take(x + i, left, 0));                           \
      put(x + i, factor ? y * take(factor + i, left, 0) : y, left);                  \
    }                                                                                \
    break
  switch (function) {
    ACTIVATE(LOCUS_SILU);
    ACTIVATE(LOCUS_GELU);
    ACTIVATE(LOCUS_GELU_TANH);
    ACTIVATE(LOCUS_RELU);
    ACTIVATE(LOCUS_QUICK_GELU);
  }
#undef ACTIVATE
}
