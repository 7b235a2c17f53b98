// From logits to a verdict.

// MARK: Choice

typedef struct {
  floats best, second;
  integers index, bad;  // bad: some score was not finite
} choice_lanes;

INLINE void consider(choice_lanes *lanes, floats score, integers index, integers valid) {
  lanes->bad |= valid & ~(score - score == 0);
  score = choose_lanes(valid, score, splat(-INFINITY));
  const integers better = score > lanes->best;
  lanes->second = choose_lanes(better, lanes->best, larger(score, lanes->second));
  lanes->index = (better & index) | (~better & lanes->index);
  lanes->best = choose_lanes(better, score, lanes->best);
}

// The rule for rows that hold infinities or NaN, one by one.
static locus_choice choose_among_any(const float *logits, const float *noise, float inverse_temperature,
                                     size_t count) {
  locus_choice choice = {.best = 0, .margin = NAN};
  float best = NAN;
  for (size_t i = 0; i < count; ++i) {
    const float score = logits[i] * inverse_temperature + (noise ? noise[i] : 0);
    if (isnan(score) || score <= best) continue;
    best = score;
    choice.best = (int32_t)i;
  }
  return choice;
}

static locus_choice choose(const float *logits, const float *noise, float inverse_temperature, size_t count) {
  choice_lanes lanes = {.best = splat(-INFINITY), .second = splat(-INFINITY)};
  const integers number = lane_numbers();
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    const floats added = noise ? load(noise + i) : (floats){0};
    consider(&lanes, load(logits + i) * inverse_temperature + added, number + (int32_t)i, number >= 0);
  }
  if (i < count) {
    const size_t left = count - i;
    const floats added = noise ? load_some(noise + i, left, 0) : (floats){0};
    consider(&lanes, load_some(logits + i, left, 0) * inverse_temperature + added, number + (int32_t)i,
             number < (int32_t)left);
  }
  if (count == 0 || any_lane(lanes.bad)) return choose_among_any(logits, noise, inverse_temperature, count);
  float best = lanes.best[0], second = lanes.second[0];
  int32_t index = lanes.index[0];
  for (int lane = 1; lane < LANES; ++lane) {
    const float score = lanes.best[lane];
    const bool wins = score > best || (score == best && lanes.index[lane] < index);
    const float loser = wins ? best : score;
    if (wins) best = score, index = lanes.index[lane];
    second = loser > second ? loser : second;
    second = lanes.second[lane] > second ? lanes.second[lane] : second;
  }
  return (locus_choice){.best = index, .margin = best - second};
}

// MARK: Sums of exponentials

enum { block_width = 256 };  // terms that are added in float32

INLINE size_t block_end(size_t start, size_t count) {
  return count - start < block_width ? count : start + block_width;
}

static double log_sum_exp(const float *logits, size_t count) {
  floats lanes = splat(-INFINITY);
  for (size_t i = 0; i < count; i += LANES) lanes = larger(take(logits + i, count - i, -INFINITY), lanes);
  const float top = largest_lane(lanes);
  if (isinf(top)) {
    // Infinity, or nothing but −infinity; a NaN among them wins.
    for (size_t i = 0; i < count; ++i) {
      if (isnan(logits[i])) return NAN;
    }
    return (double)top;
  }
  double sum = 0;
  for (size_t start = 0; start < count; start += block_width) {
    const size_t end = block_end(start, count);
    floats terms = {0};
    for (size_t i = start; i < end; i += LANES) terms += exp_lanes(take(logits + i, end - i, -INFINITY) - top);
    sum += (double)sum_of_lanes(terms);
  }
  return (double)top + log(sum);
}

// MARK: Divergence

// A double as the sum of two floats.
typedef struct {
  float high, low;
} split_number;

INLINE split_number split(double x) {
  const float high = (float)x;
  return (split_number){.high = high, .low = (float)(x - (double)high)};
}

// Some tokens: mutant − baseline exactly, as high + low (Knuth's sum), and the probability under the baseline.
typedef struct {
  floats mutant, high, low, probability;
} token_lanes;

// Lanes behind the end have difference 0 and probability 0.
INLINE token_lanes take_tokens(const float *baseline, split_number log_sum, const float *mutant, size_t left) {
  const float nothing = -1e30f;
  const floats b = take(baseline, left, nothing), m = take(mutant, left, nothing);
  const floats high = m - b, shift = high - m;
  return (token_lanes){
    .mutant = m,
    .high = high,
    .low = (m - (high - shift)) - (b + shift),
    .probability = exp_lanes((b - log_sum.high) - log_sum.low),
  };
}

// p · (exp(e) − 1 − e), e being the difference less its mean. For |e| < 1 by a minimax fit of (exp(e) − 1 − e) / e²
// with relative error 4e-9; above 20, where only p · exp(e) counts and p may vanish, by one exponential of their sum,
// which is the mutant's logit less `far_offset`.
INLINE floats divergence_terms(token_lanes tokens, split_number mean, split_number far_offset) {
  const floats e = (tokens.high - mean.high) + (tokens.low - mean.low);
  floats q = splat(0x1.74168cp-19f);
  q = q * e + 0x1.a96226p-16f;
  q = q * e + 0x1.a028cep-13f;
  q = q * e + 0x1.6bffb0p-10f;
  q = q * e + 0x1.1110e0p-7f;
  q = q * e + 0x1.55557ap-5f;
  q = q * e + 0x1.555556p-3f;
  q = q * e + 0x1.0p-1f;
  const floats near = q * (e * e) * tokens.probability;
  const integers is_near = (e > -1.0f) & (e < 1.0f);
  if (!any_lane(~is_near)) return near;
  const integers is_far = e > 20.0f;
  const floats joint = (tokens.mutant - far_offset.high) - far_offset.low;
  const floats power = exp_lanes(choose_lanes(is_far, joint, e));
  const floats middle = tokens.probability * (power - 1.0f - e);
  return choose_lanes(is_near, near, choose_lanes(is_far, power, middle));
}

// The sum of the probabilities, which is 1 but for rounding, and the mean of the differences under them. Differences
// are taken relative to that of the baseline's choice, which is near the mean, so that a common shift of all logits
// costs no digits.
static double mean_difference(const float *baseline, split_number log_sum, const float *mutant, size_t count,
                              double *total) {
  const size_t favourite = (size_t)choose(baseline, NULL, 1, count).best;
  const float pivot = mutant[favourite] - baseline[favourite];
  double sum = 0, moment = 0;
  for (size_t start = 0; start < count; start += block_width) {
    const size_t end = block_end(start, count);
    floats sums = {0}, moments = {0};
    for (size_t i = start; i < end; i += LANES) {
      const token_lanes tokens = take_tokens(baseline + i, log_sum, mutant + i, end - i);
      sums += tokens.probability;
      moments = tokens.probability * ((tokens.high - pivot) + tokens.low) + moments;
    }
    sum += (double)sum_of_lanes(sums);
    moment += (double)sum_of_lanes(moments);
  }
  *total = sum;
  return (double)pivot + moment / sum;
}

// An error of the mean enters the result only as its square, provided that the mean is taken with the same rounded
// probabilities, hence the division by their sum.
//
// The mean of exp(mutant − baseline) under the baseline is the quotient of the sums of exponentials. Its logarithm, the
// change of the log-sum, is therefore the mean difference and the divergence.
static locus_comparison compare(const float *baseline, double baseline_log_sum, const float *mutant, size_t count) {
  if (count == 0) return (locus_comparison){0};
  const split_number log_sum = split(baseline_log_sum);
  double total;
  const double mean = mean_difference(baseline, log_sum, mutant, count, &total);
  if (!isfinite(mean)) return (locus_comparison){.divergence = NAN, .log_sum_change = NAN};
  const split_number mean_parts = split(mean), far_offset = split(baseline_log_sum + mean);
  double sum = 0;
  for (size_t start = 0; start < count; start += block_width) {
    const size_t end = block_end(start, count);
    floats terms = {0};
    for (size_t i = start; i < end; i += LANES) {
      terms += divergence_terms(take_tokens(baseline + i, log_sum, mutant + i, end - i), mean_parts, far_offset);
    }
    sum += (double)sum_of_lanes(terms);
  }
  const double excess = sum / total;
  // Beyond that a float overflows, and nothing cancels in the plain formula.
  const double divergence = excess < 1e25 ? log1p(excess) : log_sum_exp(mutant, count) - baseline_log_sum - mean;
  return (locus_comparison){.divergence = divergence, .log_sum_change = mean + divergence};
}
