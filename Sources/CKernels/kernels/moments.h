// Moments of columns.

// The columns from `column` on, as many as a vector has, or those that are left.
INLINE void moments_of_vector(const float *x, size_t stride, size_t rows, size_t left, const locus_moments *to,
                              size_t column) {
  const floats shift = take(x, left, 0);
  const doubles base = to_doubles(shift);
  doubles deviations = {0}, squares = {0}, magnitudes = {0}, roots = {0};
  integers above = {0};
  floats low = splat(INFINITY), high = splat(-INFINITY);
  for (size_t row = 0; row < rows; ++row) {
    const floats value = take(x + row * stride, left, 0);
    const doubles deviation = to_doubles(value) - base;
    const floats magnitude = choose_lanes(value < 0, -value, value);
    deviations += deviation;
    squares += deviation * deviation;
    magnitudes += to_doubles(magnitude);
    roots += to_doubles(__builtin_elementwise_sqrt(magnitude));
    above -= value > 0;
    low = smaller(value, low);
    high = larger(value, high);
  }
  for (size_t lane = 0; lane < LANES && lane < left; ++lane) {
    const size_t place = column + lane;
    const double n = (double)rows, deviation = deviations[lane] / n;
    const double square = squares[lane] - deviations[lane] * deviation;
    to->mean[place] = base[lane] + deviation;
    to->squares[place] = square > 0 ? square : 0;
    to->magnitude[place] = magnitudes[lane] / n;
    to->root[place] = roots[lane] / n;
    to->above[place] = above[lane] / n;
    to->smallest[place] = low[lane];
    to->greatest[place] = high[lane];
  }
}

static void moments(const float *x, size_t stride, size_t rows, size_t columns, const locus_moments *to) {
  size_t column = 0;
  // The test of what is left is outside of the loop over rows where nothing is.
  for (; column + LANES <= columns; column += LANES) moments_of_vector(x + column, stride, rows, LANES, to, column);
  if (column < columns) moments_of_vector(x + column, stride, rows, columns - column, to, column);
}
