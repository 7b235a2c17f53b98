// Derivatives of the parts of a decoder block that are neither matrix products nor attention.

// MARK: Normalisation

// 1 / √(mean x² + ε) of one row.
INLINE double norm_factor(const float *x, float epsilon, size_t columns) {
  doubles squares[2] = {{0}, {0}};  // two, because each addition waits for the one before
  for (size_t i = 0; i < columns; i += LANES) {
    const doubles wide = to_doubles(take(x + i, columns - i, 0));
    doubles *sum = &squares[i / LANES % 2];
    *sum = wide * wide + *sum;
  }
  return 1 / sqrt(sum_of_double_lanes(squares[0] + squares[1]) / (double)columns + (double)epsilon);
}

// Both derivatives are a diagonal matrix less one of rank one, with the gain on the one side or on the other.
INLINE void differentiate_norm(const bool pulling, const locus_norm_derivative_arguments *a) {
  for (size_t row = 0; row < a->rows; ++row) {
    const float *x = a->x + (a->x_rows ? (size_t)a->x_rows[row] : row) * a->x_stride;
    const float *given = a->given + row * a->given_stride;
    float *result = a->result + row * a->result_stride;
    doubles products = {0};
    for (size_t i = 0; i < a->columns; i += LANES) {
      const size_t left = a->columns - i;
      floats d = take(given + i, left, 0);
      if (pulling) d = d * take(a->gain + i, left, 0);
      products = to_doubles(take(x + i, left, 0)) * to_doubles(d) + products;
    }
    const double f = norm_factor(x, a->epsilon, a->columns);
    const float factor = (float)f;
    const float along = (float)(f * f * f * sum_of_double_lanes(products) / (double)a->columns);
    for (size_t i = 0; i < a->columns; i += LANES) {
      const size_t left = a->columns - i;
      const floats gain = take(a->gain + i, left, 0);
      floats d = take(given + i, left, 0);
      if (pulling) d = d * gain;
      floats y = d * factor - take(x + i, left, 0) * along;
      if (!pulling) y = y * gain;
      if (a->adding) y = take(result + i, left, 0) + y;
      put(result + i, y, left);
    }
  }
}

static void rms_norm_pull_back(const locus_norm_derivative_arguments *a) { differentiate_norm(true, a); }

static void rms_norm_push_forward(const locus_norm_derivative_arguments *a) { differentiate_norm(false, a); }

static void rms_norm_gain_gradient(const locus_norm_derivative_arguments *a, float *gradient) {
  for (size_t row = 0; row < a->rows; ++row) {
    const float *x = a->x + (a->x_rows ? (size_t)a->x_rows[row] : row) * a->x_stride;
    const float *given = a->given + row * a->given_stride;
    const float factor = (float)norm_factor(x, a->epsilon, a->columns);
    for (size_t i = 0; i < a->columns; i += LANES) {
      const size_t left = a->columns - i;
      const floats normed = take(x + i, left, 0) * factor;
      put(gradient + i, take(given + i, left, 0) * normed + take(gradient + i, left, 0), left);
    }
  }
}

// MARK: Gate

// σ(x) in `logistic` and silu'(x) = σ(x) (1 + x (1 − σ(x))). The exponential is that of −|x|: it does not overflow, and
// 1 − σ(x) is not a difference.
INLINE floats silu_slope(floats x, floats *logistic) {
  const integers positive = x > 0.0f;
  const floats small = exp_lanes(choose_lanes(positive, -x, x));
  const floats large_part = 1.0f / (1.0f + small), small_part = small * large_part;
  const floats sigma = choose_lanes(positive, large_part, small_part);
  const floats rest = choose_lanes(positive, small_part, large_part);
  *logistic = sigma;
  return sigma * (x * rest + 1.0f);
}

static void gated_product_pull_back(const locus_gate_derivative_arguments *a) {
  for (size_t row = 0; row < a->rows; ++row) {
    const size_t value_row = a->value_rows ? (size_t)a->value_rows[row] : row;
    const float *gate = a->gate + value_row * a->gate_stride, *up = a->up + value_row * a->up_stride;
    float *gate_gradient = a->gate_derivative + row * a->gate_derivative_stride;
    float *up_gradient = a->up_derivative + row * a->up_derivative_stride;
    for (size_t i = 0; i < a->columns; i += LANES) {
      const size_t left = a->columns - i;
      const floats x = take(gate + i, left, 0), given = take(gate_gradient + i, left, 0);
      floats logistic;
      const floats slope = silu_slope(x, &logistic);
      floats of_up = given * (x * logistic);
      if (a->adding) of_up = take(up_gradient + i, left, 0) + of_up;
      put(gate_gradient + i, given * (slope * take(up + i, left, 0)), left);
      put(up_gradient + i, of_up, left);
    }
  }
}

static void gated_product_push_forward(const locus_gate_derivative_arguments *a) {
  for (size_t row = 0; row < a->rows; ++row) {
    const size_t value_row = a->value_rows ? (size_t)a->value_rows[row] : row;
    const float *gate = a->gate + value_row * a->gate_stride, *up = a->up + value_row * a->up_stride;
    float *gate_tangent = a->gate_derivative + row * a->gate_derivative_stride;
    const float *up_tangent = a->up_derivative + row * a->up_derivative_stride;
    for (size_t i = 0; i < a->columns; i += LANES) {
      const size_t left = a->columns - i;
      const floats x = take(gate + i, left, 0);
      floats logistic;
      const floats slope = silu_slope(x, &logistic);
      const floats by_gate = take(gate_tangent + i, left, 0) * (slope * take(up + i, left, 0));
      put(gate_tangent + i, take(up_tangent + i, left, 0) * (x * logistic) + by_gate, left);
    }
  }
}
