// Affinities by angle.

// 1 − arccos(x) / π with arccos(x) = sqrt(1 − x) · polynomial(x) for x of 0 and more, to within 2e-8 (Abramowitz &
// Stegun 1964, 4.4.46), and arccos(−x) = π − arccos(x).
static void angular_affinities(float *x, size_t count) {
  for (size_t i = 0; i < count; i += LANES) {
    const floats cosine = take(x + i, count - i, 0);
    const floats size = smaller(choose_lanes(cosine < 0, -cosine, cosine), splat(1));
    floats p = splat(-0.0012624911f);
    p = p * size + 0.0066700901f;
    p = p * size - 0.0170881256f;
    p = p * size + 0.0308918810f;
    p = p * size - 0.0501743046f;
    p = p * size + 0.0889789874f;
    p = p * size - 0.2145988016f;
    p = p * size + 1.5707963050f;
    const floats share = p * __builtin_elementwise_sqrt(1 - size) * 0.318309886f;
    put(x + i, choose_lanes(cosine < 0, share, 1 - share), count - i);
  }
}
