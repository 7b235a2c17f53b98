// Activations of hidden units and their slopes, and the hyperbolic tangent of capped scores.

// tanh(x) to within 3 units in the last place: near 0 an odd polynomial, a least-squares fit, else 1 − 2 / (exp(2|x|)
// + 1).
INLINE floats tanh_lanes(floats x) {
  const floats size = choose_lanes(x < 0.0f, -x, x), square = x * x;
  floats p = splat(-0.0059198420f);
  p = p * square + 0.020818237f;
  p = p * square - 0.053790819f;
  p = p * square + 0.13332012f;
  p = p * square - 0.33333302f;
  const floats near = x + x * (square * p);
  const floats far = 1.0f - 2.0f / (exp_lanes(2.0f * size) + 1.0f);
  const floats signed_far = choose_lanes(x < 0.0f, -far, far);
  return choose_lanes(size < 0.6f, near, signed_far);
}

static void hyperbolic_tangent(const float *x, float *y, size_t count) {
  for (size_t i = 0; i < count; i += LANES) put(y + i, tanh_lanes(take(x + i, count - i, 0)), count - i);
}

// Φ(x) = ½ (1 + erf(x / √2)), the normal distribution, to within 7e-8: near 0 by a polynomial of erf, else by one of
// the logarithm of 1 − erf (after N. Juffa's erff), whose exponential is not a difference where x is negative.
INLINE floats normal_distribution(floats x) {
  const floats z = x * 0.70710678f, square = z * z, size = choose_lanes(z < 0.0f, -z, z);
  floats near = splat(-5.96761703e-4f);
  near = near * square + 4.99119423e-3f;
  near = near * square - 2.67681349e-2f;
  near = near * square + 1.12819925e-1f;
  near = near * square - 3.76125336e-1f;
  near = near * square + 1.28379166e-1f;
  near = near * z + z;
  floats far = size * -1.72853470e-5f + 3.83197126e-4f;
  far = far * square + (size * -3.88396438e-3f + 2.42546219e-2f);
  far = far * size - 1.06777877e-1f;
  far = far * size - 6.34846687e-1f;
  far = far * size - 1.28717512e-1f;
  // Beyond 12 the exponential is 0, and the polynomial would turn round.
  far = choose_lanes(size > 12.0f, splat(-200.0f), far * size - size);
  const floats rest = exp_lanes(far) * 0.5f;
  return choose_lanes(size < 0.927734375f, near * 0.5f + 0.5f, choose_lanes(x > 0.0f, 1.0f - rest, rest));
}

// σ(x), and 1 − σ(x) in `rest`. The exponential is that of −|x|: it does not overflow, and the rest is not a
// difference.
INLINE floats logistic(floats x, floats *rest) {
  const integers positive = x > 0.0f;
  const floats small = exp_lanes(choose_lanes(positive, -x, x));
  const floats large_part = 1.0f / (1.0f + small), small_part = small * large_part;
  *rest = choose_lanes(positive, small_part, large_part);
  return choose_lanes(positive, large_part, small_part);
}

#define GELU_ROOT 0.79788456f  // √(2 / π)

// Written so that an exponential that is infinite gives −0 and not a NaN.
INLINE floats activated(const locus_activation function, floats x) {
  switch (function) {
    case LOCUS_SILU: return x / (1.0f + exp_lanes(-x));
    case LOCUS_GELU: return x * normal_distribution(x);
    // ½ (1 + tanh u) = 1 / (1 + exp(−2u))
    case LOCUS_GELU_TANH: return x / (1.0f + exp_lanes(x * (x * x * 0.044715f + 1.0f) * (-2.0f * GELU_ROOT)));
    case LOCUS_RELU: return choose_lanes(x < 0.0f, splat(0), x);
    case LOCUS_QUICK_GELU: return x / (1.0f + exp_lanes(x * -1.702f));
  }
  return x;
}

// The slope, and the activation itself in `value`.
INLINE floats activation_slope(const locus_activation function, floats x, floats *value) {
  floats rest;
  switch (function) {
    case LOCUS_SILU: {
      const floats sigma = logistic(x, &rest);
      *value = x * sigma;
      return sigma * (x * rest + 1.0f);
    }
    case LOCUS_GELU: {
      const floats share = normal_distribution(x);
      *value = x * share;
      return x * (exp_lanes(x * x * -0.5f) * 0.39894228f) + share;
    }
    case LOCUS_GELU_TANH: {
      // Beyond 20 the slope is 0 or 1, and the cube would overflow.
      const floats near = smaller(larger(x, splat(-20)), splat(20)), square = near * near;
      const floats sigma = logistic(near * (square * 0.044715f + 1.0f) * (2.0f * GELU_ROOT), &rest);
      *value = x * sigma;
      return sigma * (near * rest * ((square * (3.0f * 0.044715f) + 1.0f) * (2.0f * GELU_ROOT)) + 1.0f);
    }
    case LOCUS_RELU: {
      *value = choose_lanes(x < 0.0f, splat(0), x);
      return choose_lanes(x > 0.0f, splat(1), splat(0));
    }
    case LOCUS_QUICK_GELU: {
      const floats sigma = logistic(x * 1.702f, &rest);
      *value = x * sigma;
      return sigma * (x * rest * 1.702f + 1.0f);
    }
  }
  *value = x;
  return splat(1);
}

#undef GELU_ROOT
