// The few loops that need the compiler's vector types. All arrays are row-major float32 unless said otherwise; no two
// arguments overlap unless said otherwise. Nothing here allocates, throws, prints or keeps state. For given arguments
// and a given instruction set every result is the same bit for bit, and a row's result does not depend on how many
// other rows are in the call. A stride is the distance between the starts of two rows, in elements.
#ifndef LOCUS_KERNELS_H
#define LOCUS_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "locus_blocks.h"
#include "locus_derivatives.h"
#include "locus_formats.h"
#include "locus_hash.h"
#include "locus_products.h"
#include "locus_scores.h"

/// Instruction set chosen at run time: "avx512", "avx2" or "portable".
const char *locus_instruction_set(void);

// MARK: The processor's limit

/// Does nothing but fused multiplications and additions in registers, from result[0] and result[1], and returns how
/// many floating-point operations those were. Their rate is the most that any float32 code of one thread can reach.
double locus_multiply_adds(size_t rounds, float *result);

// MARK: Instruction sets

/// The functions that have one version for each instruction set.
typedef struct {
  const char *instruction_set;
  void (*exp)(const float *x, float *y, size_t count);
  void (*widen_bfloat16)(const uint16_t *source, float *destination, size_t count);
  void (*widen_float16)(const uint16_t *source, float *destination, size_t count);
  void (*widen_blocks)(locus_weight_format format, const void *source, size_t first, size_t count, float *destination);
  void (*extremes)(const float *values, size_t count, float *smallest, float *largest);
  void (*product)(const locus_product_arguments *arguments, float *scratch);
  double (*squared_distance)(const float *x, const float *y, size_t count);
  void (*add_nearest)(const locus_nearest_lists *lists, const float *products, size_t stride, size_t first_row,
                      size_t rows, size_t first_column, size_t columns);
  void (*angular_affinities)(float *x, size_t count);
  void (*rms_norm)(const float *x, size_t x_stride, const float *gain, float epsilon, float *y, size_t y_stride,
                   size_t rows, size_t columns);
  void (*rotate_half_split)(float *x, size_t stride, const int32_t *positions, const float *cosine, const float *sine,
                            size_t rows, size_t heads, size_t head_size);
  void (*rotate_interleaved)(float *x, size_t stride, const int32_t *positions, const float *cosine,
                             const float *sine, size_t rows, size_t heads, size_t head_size);
  void (*layer_norm)(const float *x, size_t x_stride, const float *gain, const float *bias, float epsilon, float *y,
                     size_t y_stride, size_t rows, size_t columns);
  void (*activate)(locus_activation function, float *x, const float *factor, size_t count);
  void (*tanh)(const float *x, float *y, size_t count);
  void (*attention)(const locus_attention_arguments *arguments, float *scratch);
  void (*rms_norm_pull_back)(const locus_norm_derivative_arguments *arguments);
  void (*rms_norm_push_forward)(const locus_norm_derivative_arguments *arguments);
  void (*rms_norm_gain_gradient)(const locus_norm_derivative_arguments *arguments, float *gradient);
  void (*layer_norm_pull_back)(const locus_norm_derivative_arguments *arguments);
  void (*layer_norm_push_forward)(const locus_norm_derivative_arguments *arguments);
  void (*layer_norm_gain_gradient)(const locus_norm_derivative_arguments *arguments, float *gradient);
  void (*activation_pull_back)(const locus_activation_derivative_arguments *arguments);
  void (*activation_push_forward)(const locus_activation_derivative_arguments *arguments);
  void (*attention_pull_back)(const locus_attention_derivative_arguments *arguments, float *scratch);
  void (*attention_push_forward)(const locus_attention_derivative_arguments *arguments, float *scratch);
  locus_choice (*choose)(const float *logits, const float *noise, float inverse_temperature, size_t count);
  double (*log_sum_exp)(const float *logits, size_t count);
  locus_comparison (*compare)(const float *baseline, double baseline_log_sum, const float *mutant, size_t count);
  void (*gumbel_noise)(uint64_t seed, uint32_t input, uint32_t step, float *noise, size_t count);
  double (*multiply_adds)(size_t rounds, float *result);
  void (*count_cofirings)(const locus_cofiring_arguments *arguments);
  void (*moments)(const float *x, size_t stride, size_t rows, size_t columns, const locus_moments *moments);
  // Adds whole blocks of 64 bytes to a state of SHA-256; in plain C in "portable", else with the processor's
  // instructions for it where it has them.
  void (*sha256_blocks)(uint32_t state[8], const uint8_t *bytes, size_t blocks);
} locus_kernel_table;

/// The versions for "avx512", "avx2" or "portable"; NULL where this processor lacks it or the name is none of these.
/// For tests and comparisons: the functions above choose the best by themselves.
const locus_kernel_table *locus_kernel_table_named(const char *instruction_set);

#endif
