// The points nearest to each of many. Products of two blocks of points are looked through as they come, for the points
// of both blocks at once; what is no nearer than the points kept so far costs a compare.

INLINE void exchange_near(float *closeness, int32_t *numbers, size_t i, size_t j) {
  const float value = closeness[i];
  const int32_t number = numbers[i];
  closeness[i] = closeness[j], numbers[i] = numbers[j];
  closeness[j] = value, numbers[j] = number;
}

// Puts the `kept` largest of a list first (Hoare 1961, "Algorithm 65: Find").
static void keep_largest(float *closeness, int32_t *numbers, size_t count, size_t kept) {
  size_t low = 0, high = count - 1;
  while (low < high) {
    exchange_near(closeness, numbers, (low + high) / 2, high);
    size_t place = low;  // of the pivot, which is last: all before it are larger
    for (size_t i = low; i < high; ++i) {
      if (closeness[i] > closeness[high]) exchange_near(closeness, numbers, i, place++);
    }
    exchange_near(closeness, numbers, place, high);
    if (place == kept || place + 1 == kept) return;
    if (place < kept) {
      low = place + 1;
    } else {
      high = place - 1;
    }
  }
}

static void add_near(const locus_nearest_lists *lists, size_t point, float closeness, int32_t number) {
  const size_t capacity = 2 * lists->kept;
  float *values = lists->closeness + point * capacity;
  int32_t *numbers = lists->numbers + point * capacity;
  const size_t count = (size_t)lists->counts[point]++;
  values[count] = closeness, numbers[count] = number;
  if (count + 1 < capacity) return;
  keep_largest(values, numbers, capacity, lists->kept);
  float bound = values[0];
  for (size_t i = 1; i < lists->kept; ++i) bound = values[i] < bound ? values[i] : bound;
  lists->bounds[point] = bound;
  lists->counts[point] = (int32_t)lists->kept;
}

static void add_nearest(const locus_nearest_lists *lists, const float *products, size_t stride, size_t first_row,
                        size_t rows, size_t first_column, size_t columns) {
  for (size_t point = first_row; point < first_row + rows; ++point, products += stride) {
    const floats own = splat(lists->halves[point]);
    floats bound = splat(lists->bounds[point]);
    for (size_t c = 0; c < columns; c += LANES) {
      const size_t left = columns - c, other = first_column + c;
      const floats closeness = (take(products + c, left, -INFINITY) - own) - take(lists->halves + other, left, 0);
      const integers near = (closeness > bound) | (closeness > take(lists->bounds + other, left, 0));
      if (!any_lane(near)) continue;
      for (size_t lane = 0; lane < LANES; ++lane) {
        if (!near[lane] || (first_row == first_column && other + lane <= point)) continue;
        const float value = closeness[lane];
        if (value > lists->bounds[point]) add_near(lists, point, value, (int32_t)(other + lane));
        if (value > lists->bounds[other + lane]) add_near(lists, other + lane, value, (int32_t)point);
      }
      bound = splat(lists->bounds[point]);
    }
  }
}
