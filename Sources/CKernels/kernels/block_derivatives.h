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

// Both derivatives of (x − μ) / √(var + ε) · gain: with z the normalised row, f (d − mean d − z mean(d z)).
INLINE void differentiate_layer_norm(const bool pulling, const locus_norm_derivative_arguments *a) {
  for (size_t row = 0; row < a->rows; ++row) {
    const float *x = a->x + (a->x_rows ? (size_t)a->x_rows[row] : row) * a->x_stride;
    const float *given = a->given + row * a->given_stride;
    float *result = a->result + row * a->result_stride;
    double mean;
    const double f = layer_norm_factor(x, a->epsilon, a->columns, &mean);
    doubles sum = {0}, products = {0};
    for (size_t i = 0; i < a->columns; i += LANES) {
      const size_t left = a->columns - i;
      floats d = take(given + i, left, 0);
      if (pulling) d = d * take(a->gain + i, left, 0);
      sum = to_doubles(d) + sum;
      products = centred(x + i, left, mean) * to_doubles(d) + products;
    }
    const double level = sum_of_double_lanes(sum) / (double)a->columns;
    const double along = f * f * sum_of_double_lanes(products) / (double)a->columns;
    for (size_t i = 0; i < a->columns; i += LANES) {
      const size_t left = a->columns - i;
      const floats gain = take(a->gain + i, left, 0);
      floats d = take(given + i, left, 0);
      if (pulling) d = d * gain;
      floats y = to_floats((to_doubles(d) - level - centred(x + i, left, mean) * along) * f);
      if (!pulling) y = y * gain;
      if (a->adding) y = take(result + i, left, 0) + y;
      put(result + i, y, left);
    }
  }
}

static void layer_norm_pull_back(const locus_norm_derivative_arguments *a) { differentiate_layer_norm(true, a); }

static void layer_norm_push_forward(const locus_norm_derivative_arguments *a) { differentiate_layer_norm(false, a); }

static void layer_norm_gain_gradient(const locus_norm_derivative_arguments *a, float *gradient) {
  for (size_t row = 0; row < a->rows; ++row) {
    const float *x = a->x + (a->x_rows ? (size_t)a->x_rows[row] : row) * a->x_stride;
    const float *given = a->given + row * a->given_stride;
    double mean;
    const double factor = layer_norm_factor(x, a->epsilon, a->columns, &mean);
    for (size_t i = 0; i < a->columns; i += LANES) {
      const size_t left = a->columns - i;
      const floats normed = to_floats(centred(x + i, left, mean) * factor);
      put(gradient + i, take(given + i, left, 0) * normed + take(gradient + i, left, 0), left);
    }
  }
}

// MARK: Activation

INLINE void pull_activation_back(const locus_activation function, const locus_activation_derivative_arguments *a) {
  for (size_t row = 0; row < a->rows; ++row) {
    const size_t value_row = a->value_rows ? (size_t)a->value_rows[row] : row;
    const float *gate = a->gate + value_row * a->gate_stride, *up = a->up ? a->up + value_row * a->up_stride : NULL;
    float *gate_gradient = a->gate_derivative + row * a->gate_derivative_stride;
    float *up_gradient = up ? a->up_derivative + row * a->up_derivative_stride : NULL;
    for (size_t i = 0; i < a->columns; i += LANES) {
      const size_t left = a->columns - i;
      const floats given = take(gate_gradient + i, left, 0);
      floats value;
      const floats slope = activation_slope(function, take(gate + i, left, 0), &value);
      if (!up) {
        put(gate_gradient + i, given * slope, left);
        continue;
      }
      floats of_up = given * value;
      if (a->adding) of_up = take(up_gradient + i, left, 0) + of_up;
      put(gate_gradient + i, given * (slope * take(up + i, left, 0)), left);
      put(up_gradient + i, of_up, left);
    }
  }
}

INLINE void push_activation_forward(const locus_activation function, const locus_activation_derivative_arguments *a) {
  for (size_t row = 0; row < a->rows; ++row) {
    const size_t value_row = a->value_rows ? (size_t)a->value_rows[row] : row;
    const float *gate = a->gate + value_row * a->gate_stride, *up = a->up ? a->up + value_row * a->up_stride : NULL;
    float *gate_tangent = a->gate_derivative + row * a->gate_derivative_stride;
    const float *up_tangent = up ? a->up_derivative + row * a->up_derivative_stride : NULL;
    for (size_t i = 0; i < a->columns; i += LANES) {
      const size_t left = a->columns - i;
      floats value;
      const floats slope = activation_slope(function, take(gate + i, left, 0), &value);
      if (!up) {
        put(gate_tangent + i, take(gate_tangent + i, left, 0) * slope, left);
        continue;
      }
      const floats by_gate = take(gate_tangent + i, left, 0) * (slope * take(up + i, left, 0));
      put(gate_tangent + i, take(up_tangent + i, left, 0) * value + by_gate, left);
    }
  }
}

#define FOR_ACTIVATION(body)                              \
  switch (a->function) {                                  \
    case LOCUS_SILU: body(LOCUS_SILU, a); break;          \
    case LOCUS_GELU: body(LOCUS_GELU, a); break;          \
    case LOCUS_GELU_TANH: body(LOCUS_GELU_TANH, a); break; \
    case LOCUS_RELU: body(LOCUS_RELU, a); break;          \
    case LOCUS_QUICK_GELU: body(LOCUS_QUICK_GELU, a); break; \
  }

static void activation_pull_back(const locus_activation_derivative_arguments *a) {
  FOR_ACTIVATION(pull_activation_back)
}

static void activation_push_forward(const locus_activation_derivative_arguments *a) {
  FOR_ACTIVATION(push_activation_forward)
}

#undef FOR_ACTIVATION
