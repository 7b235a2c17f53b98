// Derivatives of the parts of a decoder block that are not matrix products. The rules of locus_kernels.h hold.
#ifndef LOCUS_DERIVATIVES_H
#define LOCUS_DERIVATIVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "locus_blocks.h"

// A pull-back takes the gradient of a result to that of what it was made of, a push-forward takes tangents the other
// way. Each row needs the forward values of one row: the row of the same number, or that which a map names, so that
// many rows may share one. Sums over a row are taken in double; a row depends on its own numbers alone.

typedef struct {
  const float *x;  // what was normalised
  size_t x_stride;
  const int32_t *x_rows;  // [rows]: the row of `x` for each row; NULL: the same
  const float *gain;      // [columns]
  float epsilon;
  const float *given;  // [rows, columns]: the gradient of the norm's result, or the tangent of x
  size_t given_stride;
  float *result;  // [rows, columns]: the gradient of x, or the tangent of the norm's result; may be `given`
  size_t result_stride;
  size_t rows, columns;
  bool adding;  // to what the result holds
} locus_norm_derivative_arguments;

/// With f = 1 / sqrt(mean(x²) + epsilon): result = f · gain · given − f³ · x · mean(gain · given · x).
void locus_rms_norm_pull_back(const locus_norm_derivative_arguments *arguments);
/// result = gain · (f · given − f³ · x · mean(x · given)).
void locus_rms_norm_push_forward(const locus_norm_derivative_arguments *arguments);
/// gradient[c] += Σ given[r][c] · x[r][c] · f[r], row after row; the result is not used.
void locus_rms_norm_gain_gradient(const locus_norm_derivative_arguments *arguments, float *gradient);

/// With z the normalised row and d = gain · given: result = f · (d − mean(d) − z · mean(d z)), f = 1 / sqrt(variance +
/// epsilon).
void locus_layer_norm_pull_back(const locus_norm_derivative_arguments *arguments);
/// result = gain · f · (given − mean(given) − z · mean(given z)).
void locus_layer_norm_push_forward(const locus_norm_derivative_arguments *arguments);
/// gradient[c] += Σ given[r][c] · z[r][c], row after row; the result is not used.
void locus_layer_norm_gain_gradient(const locus_norm_derivative_arguments *arguments, float *gradient);

typedef struct {
  locus_activation function;
  const float *gate, *up;  // as they were before locus_activate: x and the factor, which may be NULL
  size_t gate_stride, up_stride;
  const int32_t *value_rows;  // [rows]: their row for each row; NULL: the same
  float *gate_derivative;     // [rows, columns], changed in place
  float *up_derivative;       // [rows, columns]; not used where there is no factor
  size_t gate_derivative_stride, up_derivative_stride;
  size_t rows, columns;
  bool adding;  // to the gradient of `up`
} locus_activation_derivative_arguments;

/// Turns the gradient of f(gate) · up into that of the gate, and writes that of `up`.
void locus_activation_pull_back(const locus_activation_derivative_arguments *arguments);
/// Turns the tangent of the gate into that of f(gate) · up; the tangent of `up` is read.
void locus_activation_push_forward(const locus_activation_derivative_arguments *arguments);

/// One whole sequence and all its heads.
typedef struct {
  // What was attended to: first_position is 0, key_count is 0 or query_count, and `output` is not used.
  locus_attention_arguments forward;
  float *output_derivative;           // the derivatives have the shapes of what they belong to
  size_t output_derivative_stride;
  float *query_derivative, *key_derivative, *value_derivative;
  size_t query_derivative_stride, key_derivative_stride, value_derivative_stride;
} locus_attention_derivative_arguments;

/// Floats of scratch that either of the next two needs for so many positions.
size_t locus_attention_derivative_scratch_count(size_t position_count, size_t head_size);
/// From the gradient of the output to those of query, key and value, which are overwritten. A key's gradient is summed
/// over its heads and over queries in order.
void locus_attention_pull_back(const locus_attention_derivative_arguments *arguments, float *scratch);
/// From the tangents of query, key and value to that of the output, which is overwritten.
void locus_attention_push_forward(const locus_attention_derivative_arguments *arguments, float *scratch);

/// Asks for `count` floats to be brought near; returns at once.
void locus_prefetch(const float *values, size_t count);

#endif
