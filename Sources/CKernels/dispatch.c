// The public functions, each through the table of the best instruction set of this processor. Asking the processor is a
// few loads from memory and a compare, so that nothing needs to be remembered.
#include "kernels/tables.h"

#if defined(__x86_64__)
static bool has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

static bool has_avx512(void) {
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

static const locus_kernel_table *best(void) {
#if defined(__x86_64__)
  if (has_avx512()) return &locus_avx512_table;
  if (has_avx2()) return &locus_avx2_table;
#endif
  return &locus_portable_table;
}

const locus_kernel_table *locus_kernel_table_named(const char *instruction_set) {
#if defined(__x86_64__)
  if (strcmp(instruction_set, "avx512") == 0) return has_avx512() ? &locus_avx512_table : NULL;
  if (strcmp(instruction_set, "avx2") == 0) return has_avx2() ? &locus_avx2_table : NULL;
#endif
  return strcmp(instruction_set, "portable") == 0 ? &locus_portable_table : NULL;
}

const char *locus_instruction_set(void) { return best()->instruction_set; }

void locus_exp(const float *x, float *y, size_t count) { best()->exp(x, y, count); }

void locus_widen_bfloat16(const uint16_t *source, float *destination, size_t count) {
  best()->widen_bfloat16(source, destination, count);
}

void locus_widen_float16(const uint16_t *source, float *destination, size_t count) {
  best()->widen_float16(source, destination, count);
}

// Elements and bytes of a block.
typedef struct {
  size_t size, bytes;
} block_shape;

static block_shape shape_of(locus_weight_format format) {
#define SHAPE(format, widen, size, bytes) \
  case format: return (block_shape){size, bytes};
  switch (format) {
    BLOCK_FORMATS(SHAPE)
    case LOCUS_FLOAT32: return (block_shape){1, 4};
    default: return (block_shape){1, 2};
  }
#undef SHAPE
}

size_t locus_format_block_size(locus_weight_format format) { return shape_of(format).size; }

size_t locus_format_byte_count(locus_weight_format format, size_t count) {
  const block_shape shape = shape_of(format);
  return count / shape.size * shape.bytes;
}

void locus_widen_blocks(locus_weight_format format, const void *source, size_t first, size_t count,
                        float *destination) {
  best()->widen_blocks(format, source, first, count, destination);
}

void locus_extremes(const float *values, size_t count, float *smallest, float *largest) {
  best()->extremes(values, count, smallest, largest);
}

// A copy of rows with 16 floats between them, a block of packed weights, and 15 floats to reach a whole cache line.
size_t locus_product_scratch_count(void) {
  return LOCUS_PRODUCT_ROWS * (LOCUS_PRODUCT_DEPTH + 16) + LOCUS_PRODUCT_DEPTH * LOCUS_PRODUCT_COLUMNS + 15;
}

void locus_product(const locus_product_arguments *arguments, float *scratch) { best()->product(arguments, scratch); }

float locus_product_rounding(size_t depth) {
  const size_t chain = depth < LOCUS_PRODUCT_DEPTH ? depth : LOCUS_PRODUCT_DEPTH;
  const size_t chains = (depth + LOCUS_PRODUCT_DEPTH - 1) / LOCUS_PRODUCT_DEPTH;
  const double roundings = (double)(chain + chains + 2) * 0x1p-24;
  return nextafterf((float)(roundings / (1 - roundings)), INFINITY);
}

double locus_squared_distance(const float *x, const float *y, size_t count) {
  return best()->squared_distance(x, y, count);
}

void locus_add_nearest(const locus_nearest_lists *lists, const float *products, size_t stride, size_t first_row,
                       size_t rows, size_t first_column, size_t columns) {
  best()->add_nearest(lists, products, stride, first_row, rows, first_column, columns);
}

void locus_angular_affinities(float *x, size_t count) { best()->angular_affinities(x, count); }

void locus_rms_norm(const float *x, size_t x_stride, const float *gain, float epsilon, float *y, size_t y_stride,
                    size_t rows, size_t columns) {
  best()->rms_norm(x, x_stride, gain, epsilon, y, y_stride, rows, columns);
}

void locus_rotate_half_split(float *x, size_t stride, const int32_t *positions, const float *cosine, const float *sine,
                             size_t rows, size_t heads, size_t head_size) {
  best()->rotate_half_split(x, stride, positions, cosine, sine, rows, heads, head_size);
}

void locus_rotate_interleaved(float *x, size_t stride, const int32_t *positions, const float *cosine,
                              const float *sine, size_t rows, size_t heads, size_t head_size) {
  best()->rotate_interleaved(x, stride, positions, cosine, sine, rows, heads, head_size);
}

void locus_layer_norm(const float *x, size_t x_stride, const float *gain, const float *bias, float epsilon, float *y,
                      size_t y_stride, size_t rows, size_t columns) {
  best()->layer_norm(x, x_stride, gain, bias, epsilon, y, y_stride, rows, columns);
}

void locus_activate(locus_activation function, float *x, const float *factor, size_t count) {
  best()->activate(function, x, factor, count);
}

void locus_tanh(const float *x, float *y, size_t count) { best()->tanh(x, y, count); }

// Four rows of scores, the packed keys, and up to 15 floats to reach a whole cache line.
size_t locus_attention_scratch_count(size_t position_count, size_t head_size) {
  return (position_count + 15) / 16 * 16 * (head_size + 4) + 15;
}

void locus_attention(const locus_attention_arguments *arguments, float *scratch) {
  best()->attention(arguments, scratch);
}

void locus_rms_norm_pull_back(const locus_norm_derivative_arguments *arguments) {
  best()->rms_norm_pull_back(arguments);
}

void locus_rms_norm_push_forward(const locus_norm_derivative_arguments *arguments) {
  best()->rms_norm_push_forward(arguments);
}

void locus_rms_norm_gain_gradient(const locus_norm_derivative_arguments *arguments, float *gradient) {
  best()->rms_norm_gain_gradient(arguments, gradient);
}

void locus_layer_norm_pull_back(const locus_norm_derivative_arguments *arguments) {
  best()->layer_norm_pull_back(arguments);
}

void locus_layer_norm_push_forward(const locus_norm_derivative_arguments *arguments) {
  best()->layer_norm_push_forward(arguments);
}

void locus_layer_norm_gain_gradient(const locus_norm_derivative_arguments *arguments, float *gradient) {
  best()->layer_norm_gain_gradient(arguments, gradient);
}

void locus_activation_pull_back(const locus_activation_derivative_arguments *arguments) {
  best()->activation_pull_back(arguments);
}

void locus_activation_push_forward(const locus_activation_derivative_arguments *arguments) {
  best()->activation_push_forward(arguments);
}

// Four rows each of weights, of derivatives, of what is added to these and of slopes of the cap, two lots of packed
// rows, and up to 15 floats to reach a whole cache line.
size_t locus_attention_derivative_scratch_count(size_t position_count, size_t head_size) {
  return (position_count + 15) / 16 * 16 * (2 * head_size + 16) + 15;
}

void locus_attention_pull_back(const locus_attention_derivative_arguments *arguments, float *scratch) {
  best()->attention_pull_back(arguments, scratch);
}

void locus_attention_push_forward(const locus_attention_derivative_arguments *arguments, float *scratch) {
  best()->attention_push_forward(arguments, scratch);
}

void locus_prefetch(const float *values, size_t count) {
  const size_t line = 64 / sizeof *values;
  for (size_t i = 0; i < count; i += line) __builtin_prefetch(values + i, 0, 2);
}

locus_choice locus_choose(const float *logits, const float *noise, float inverse_temperature, size_t count) {
  return best()->choose(logits, noise, inverse_temperature, count);
}

double locus_log_sum_exp(const float *logits, size_t count) { return best()->log_sum_exp(logits, count); }

locus_comparison locus_compare(const float *baseline, double baseline_log_sum, const float *mutant, size_t count) {
  return best()->compare(baseline, baseline_log_sum, mutant, count);
}

void locus_gumbel_noise(uint64_t seed, uint32_t input, uint32_t step, float *noise, size_t count) {
  best()->gumbel_noise(seed, input, step, noise, count);
}

void locus_count_cofirings(const locus_cofiring_arguments *arguments) { best()->count_cofirings(arguments); }

void locus_column_moments(const float *x, size_t stride, size_t rows, size_t columns, const locus_moments *moments) {
  best()->moments(x, stride, rows, columns, moments);
}

double locus_multiply_adds(size_t rounds, float *result) { return best()->multiply_adds(rounds, result); }
