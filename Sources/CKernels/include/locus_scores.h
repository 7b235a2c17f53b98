// What is made of logits and of activations. The rules of locus_kernels.h hold.
#ifndef LOCUS_SCORES_H
#define LOCUS_SCORES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: From logits to a verdict

typedef struct {
  int32_t best;    // index of the largest score; the smallest such index on a tie; 0 if none is a number
  float margin;    // largest minus second largest score; 0 on a tie; infinity for one score; NaN for none, or if any
                   // score is not finite
} locus_choice;

/// Chooses among score[v] = logits[v] · inverse_temperature + noise[v]; `noise` may be NULL (then 0). `count` < 2³¹.
locus_choice locus_choose(const float *logits, const float *noise, float inverse_temperature, size_t count);

/// log Σ exp(logits[v]), in double, from float32 exponentials summed in blocks of at most 256 terms. −infinity for no
/// terms, infinity or NaN if a logit is.
double locus_log_sum_exp(const float *logits, size_t count);

typedef struct {
  double divergence;      // KL(baseline ‖ mutant) in nats between the softmaxes
  double log_sum_change;  // log Σ exp of the mutant's logits less that of the baseline's
} locus_comparison;

/// Compares two rows of logits; `baseline_log_sum` is locus_log_sum_exp(baseline). The divergence is computed as
/// log1p(Σ p·(exp(e) − 1 − e)) with e the difference of the logits less its mean under p: no cancellation, so tiny
/// divergences keep their leading digits; exactly 0 for equal rows, never negative. Relative error at most 1e-5 from
/// 1e-12 nats up. The change of the log-sum is that mean and the divergence. NaN if a logit is not finite. `count` <
/// 2³¹.
locus_comparison locus_compare(const float *baseline, double baseline_log_sum, const float *mutant, size_t count);

/// noise[i] = −log(−log((x + ½) / 2³²)), Gumbel noise. x is word i mod 4 of Philox4x32-10 with the counter
/// (i / 4, step, input, 0) and the key (low half of seed, high half): a function of (seed, input, step, i) alone. The
/// logarithms are double, made of +, −, · and / only, so that the noise is the same bit for bit everywhere.
void locus_gumbel_noise(uint64_t seed, uint32_t input, uint32_t step, float *noise, size_t count);

/// Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
void locus_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t output[4]);

// MARK: Features that fire together

/// Rows of a call: as many as a cache line has bits. The most documents of a call: their lines stay near the processor.
enum { LOCUS_COFIRING_ROWS = 512, LOCUS_COFIRING_DOCUMENTS = 16384 };

typedef struct {
  const uint32_t *bits;   // [documents + 1, LOCUS_COFIRING_ROWS / 32]: bit r mod 32 of word r / 32: row r fires
                          // on a document; the last line is zero
  const uint16_t *lines;  // the documents of each feature, filled up to a multiple of 16 with the last line's number
  const size_t *starts, *ends;  // [features]: where they are
  size_t features;
  uint32_t *counts;  // [rows, features]
  size_t stride, rows;
  bool adding;  // to what the counts hold
} locus_cofiring_arguments;

/// On how many documents each row fires together with each feature; a feature costs a few operations a document for all
/// rows together.
void locus_count_cofirings(const locus_cofiring_arguments *arguments);

// MARK: Moments

/// Moments of columns of numbers, each an array with an element for each column.
typedef struct {
  double *mean;
  /// Σ (x − mean)².
  double *squares;
  /// Means of |x|.
  double *magnitude;
  /// Means of √|x|, each root in float.
  double *root;
  /// Shares of rows with x > 0.
  double *above;
  double *smallest;
  double *greatest;
} locus_moments;

/// Moments of each column of x, [rows, columns] with at least one row. Sums are in double, row after row, and
/// deviations from the first row's number, so that no digits are lost where a column is far from 0.
void locus_column_moments(const float *x, size_t stride, size_t rows, size_t columns, const locus_moments *moments);

#endif
