// The few loops that need the compiler's vector types. All arrays are row-major float32 unless said otherwise; no two
// arguments overlap unless said otherwise. Nothing here allocates, throws, prints or keeps state. For given arguments
// and a given instruction set every result is the same bit for bit, and a row's result does not depend on how many
// other rows are in the call. A stride is the distance between the starts of two rows, in elements.
#ifndef LOCUS_KERNELS_H
#define LOCUS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Instruction set chosen at run time: "avx512", "avx2" or "portable".
const char *locus_instruction_set(void);

// MARK: Exponential

/// y[i] = exp(x[i]) to within 2 units in the last place over the whole range: infinity above 88.72283, subnormal and
/// then 0 below −87.3, NaN for NaN. `y` may be `x`.
void locus_exp(const float *x, float *y, size_t count);

// MARK: Number formats

/// bfloat16 to float32, exact.
void locus_widen_bfloat16(const uint16_t *source, float *destination, size_t count);
/// IEEE binary16 to float32, exact, subnormals, infinities and NaN (with its payload) included.
void locus_widen_float16(const uint16_t *source, float *destination, size_t count);

/// Number formats of weights. Those behind LOCUS_FLOAT16 are GGUF's: blocks of 32 or 256 neighbours of a row with
/// scales of their own, in any number of bytes.
typedef enum {
  LOCUS_FLOAT32,
  LOCUS_BFLOAT16,
  LOCUS_FLOAT16,
  LOCUS_Q4_0,
  LOCUS_Q4_1,
  LOCUS_Q5_0,
  LOCUS_Q5_1,
  LOCUS_Q8_0,
  LOCUS_IQ4_NL,
  LOCUS_Q2_K,
  LOCUS_Q3_K,
  LOCUS_Q4_K,
  LOCUS_Q5_K,
  LOCUS_Q6_K,
  LOCUS_IQ4_XS,
} locus_weight_format;

/// Elements of a block; 1 where a format has none.
size_t locus_format_block_size(locus_weight_format format);
/// Bytes of `count` elements, which are whole blocks.
size_t locus_format_byte_count(locus_weight_format format, size_t count);
/// Elements `first` ..< `first` + `count` of blocks that begin at `source`, at any byte; they may cut blocks. Each
/// value has the bits that the gguf package's `dequantize` gives. Of formats without blocks nothing is written.
void locus_widen_blocks(locus_weight_format format, const void *source, size_t first, size_t count,
                        float *destination);
/// Smallest and largest of `count` > 0 finite values; of 0 and −0 either.
void locus_extremes(const float *values, size_t count, float *smallest, float *largest);

// MARK: Matrix products

typedef struct {
  const float *input;  // [rows, depth]
  size_t input_stride;
  const void *weight;  // [columns, depth]
  size_t weight_stride;        // of weights in blocks: whole blocks
  size_t weight_skip;          // elements between the start of the first block and the first weight; 0 without blocks
  locus_weight_format format;  // of the weights; they are widened exactly
  const float *bias;           // [columns]; NULL: none
  float *output;               // [rows, columns]
  size_t output_stride;
  size_t rows, columns, depth;  // depth > 0
  bool adding;                  // to what the output holds
  bool input_transposed;        // the input is stored as [depth, rows], `input_stride` between components
  bool weight_transposed;       // the weights are stored as [depth, columns], `weight_stride` between components
} locus_product_arguments;

/// Components of a chain, columns of a block of weights, and the most rows that meet a block together: with 16 lanes a
/// copy of the rows fills the first cache and a block the second one.
enum { LOCUS_PRODUCT_DEPTH = 512, LOCUS_PRODUCT_COLUMNS = 512, LOCUS_PRODUCT_ROWS = 12 };

/// Floats of scratch that `locus_product` needs for any product.
size_t locus_product_scratch_count(void);
/// output = input · weightᵀ + bias. An element is summed in chains of LOCUS_PRODUCT_DEPTH components, one chain after
/// another, so it does not depend on which other rows and columns are in the call, nor on how input and weights are
/// stored; nor on the instruction set, but that "portable" rounds its products.
void locus_product(const locus_product_arguments *arguments, float *scratch);

/// γ for products of that depth: an element without bias is within γ ‖input‖ ‖weights‖ of the exact one, for its own
/// row and column. γ = n u / (1 − n u) for the longest way of a summand through n roundings (Higham 2002, §3.1),
/// rounded up.
float locus_product_rounding(size_t depth);

/// Σ (x[i] − y[i])² in double; `y` may be NULL, which counts as zeros.
double locus_squared_distance(const float *x, const float *y, size_t count);

// MARK: Nearest points

/// For each of many points the others that are nearest so far, more than `kept` never being needed. The closeness of
/// two points is minus half the square of their distance.
typedef struct {
  float *closeness;     // [points, 2 · kept], anything at first
  int32_t *numbers;     // [points, 2 · kept], anything at first
  int32_t *counts;      // [points]: in each list; zeros at first
  float *bounds;        // [points]: nothing above it has been left out; −infinity at first, infinity where no list is
                        // wanted
  const float *halves;  // [points]: half the squares of the points' lengths
  size_t kept;          // at least 1
} locus_nearest_lists;

/// Adds to the lists of two blocks of points, from `first_row` and from `first_column` on, each other's, given the
/// products [rows, columns] of their vectors. The blocks are the same or have no point in common.
void locus_add_nearest(const locus_nearest_lists *lists, const float *products, size_t stride, size_t first_row,
                       size_t rows, size_t first_column, size_t columns);

// MARK: Angles

/// x[i] = 1 − arccos(x[i]) / π to within 2e-7, as if everything above 1 were 1 and below −1 were −1.
void locus_angular_affinities(float *x, size_t count);

// MARK: The largest elements of a product

/// Weights [columns, depth] in bytes: column v is nearly scale[v] · q[v] with whole numbers q[v] of −127 … 127.
typedef struct {
  uint8_t *packed;     // locus_quantized_byte_count() zeros at first, on a multiple of 64
  float *scale;        // this and the next two: zeros at first, [columns rounded up to a multiple of 32]
  float *error;        // ‖w[v] − scale[v] · q[v]‖, rounded up
  float *norm;         // ‖w[v]‖, rounded up
  float largest_norm;  // 0 at first
  size_t columns, depth;  // depth is 1 … LOCUS_QUANTIZED_DEPTH
} locus_quantized_weights;

typedef struct {
  const locus_quantized_weights *weights;
  const float *input;  // [rows, depth]
  size_t input_stride;
  size_t rows;          // at most LOCUS_CANDIDATE_ROWS
  size_t most;          // candidates of a row: at most LOCUS_CANDIDATE_COUNT
  int32_t *candidates;  // [rows, most], ascending
  int32_t *counts;      // [rows]: of candidates; −1 if there are more than `most`, or if bounds cannot be had
  // NULL, or [rows, columns]: bounds of every element, where they can be had.
  float *lower, *upper;
} locus_candidate_arguments;

/// The most components of which sums of bytes' products never overflow, candidates of a row, and rows of a call.
enum { LOCUS_QUANTIZED_DEPTH = 65536, LOCUS_CANDIDATE_COUNT = 1024, LOCUS_CANDIDATE_ROWS = 384 };

/// Whether this processor multiplies bytes; the functions below must not be called where it does not.
bool locus_has_quantized_products(void);
size_t locus_quantized_byte_count(size_t columns, size_t depth);
/// Quantizes and packs columns `first` ..< `first` + `count`; `values` are theirs, [count, depth]. False, and the
/// weights are of no use, if one is not finite.
bool locus_quantize_columns(locus_quantized_weights *weights, size_t first, const float *values, size_t count);
/// Bytes of scratch that `locus_find_candidates` needs.
size_t locus_candidate_scratch_byte_count(size_t depth);
/// For each row the columns in which `locus_product` with the unquantized weights may give one of the two largest
/// elements, ties included: all others are certainly smaller than both. Bounds cannot be had for a row that is not
/// finite, that is nearly 0, or whose elements may overflow.
void locus_find_candidates(const locus_candidate_arguments *arguments, void *scratch);

// MARK: The parts of a decoder block that are not matrix products

/// y[r] = x[r] · gain / sqrt(mean(x[r]²) + epsilon) for each row r. `y` may be `x`. The mean is taken in double: no
/// finite row overflows.
void locus_rms_norm(const float *x, size_t x_stride, const float *gain, float epsilon, float *y, size_t y_stride,
                    size_t rows, size_t columns);

/// y[r] = (x[r] − mean) / sqrt(variance + epsilon) · gain + bias for each row r, the variance being that of the row
/// itself; `bias` may be NULL (then 0), `y` may be `x`. Mean and variance are taken in double.
void locus_layer_norm(const float *x, size_t x_stride, const float *gain, const float *bias, float epsilon, float *y,
                      size_t y_stride, size_t rows, size_t columns);

/// Rotary embedding in place. Row r is at `positions[r]` and holds `heads` × `head_size` values; the tables are
/// [position, head_size / 2]. Half-split pairs are (i, i + head_size / 2).
void locus_rotate_half_split(float *x, size_t stride, const int32_t *positions, const float *cosine, const float *sine,
                             size_t rows, size_t heads, size_t head_size);
/// The same with interleaved pairs (2i, 2i + 1), as llama2.c stores them.
void locus_rotate_interleaved(float *x, size_t stride, const int32_t *positions, const float *cosine,
                              const float *sine, size_t rows, size_t heads, size_t head_size);

/// Activations: x / (1 + exp(−x)); x Φ(x), Φ being the normal distribution; the same with
/// ½ (1 + tanh(√(2/π) (x + 0.044715 x³))) for Φ; the larger of x and 0; x / (1 + exp(−1.702 x)).
typedef enum { LOCUS_SILU, LOCUS_GELU, LOCUS_GELU_TANH, LOCUS_RELU, LOCUS_QUICK_GELU } locus_activation;

/// x[i] = f(x[i]) · factor[i]; `factor` may be NULL (then 1). f(x) is finite for every finite x, and within 4e-7 of it
/// relative to the larger of |f(x)| and 0.1.
void locus_activate(locus_activation function, float *x, const float *factor, size_t count);

/// y[i] = tanh(x[i]) to within 3 units in the last place. `y` may be `x`.
void locus_tanh(const float *x, float *y, size_t count);

/// One sequence and all its heads: grouped-query attention, causal with an optional sliding window, or over all keys.
typedef struct {
  const float *query;  // [query_count, heads · head_size], already rotated
  size_t query_stride;
  const float *key;    // [key_count or first_position + query_count, key_value_heads · head_size], already rotated
  size_t key_stride;
  const float *value;  // same shape as key
  size_t value_stride;
  float *output;       // [query_count, heads · head_size]
  size_t output_stride;
  size_t query_count;
  size_t first_position;  // of query row 0; query row i stands at first_position + i
  size_t heads, key_value_heads, head_size;
  size_t window;     // query at position p sees keys max(0, p − window + 1) … p; 0: no window
  size_t key_count;  // keys that every query sees, also those behind it, without a window; 0: those up to its own
  float scale;    // of query · key, such as 1 / sqrt(head_size)
  float cap;      // scores become cap · tanh(score / cap); 0: none
  const float *slopes;  // [heads]: slope · (key's position − query's) is added before the cap; NULL: nothing
} locus_attention_arguments;

/// Floats of scratch that `locus_attention` needs for up to `position_count` keys.
size_t locus_attention_scratch_count(size_t position_count, size_t head_size);
/// output = softmax(scale · query · keyᵀ, with slopes and cap) · value, head h reading key head h / (heads /
/// key_value_heads). `head_size` is a positive multiple of 2, `key_value_heads` divides `heads`. A row's result is
/// the same bit for bit whether the rows of a sequence are given in one call or one by one, and no value outside a
/// row's reach, not even NaN, touches it.
void locus_attention(const locus_attention_arguments *arguments, float *scratch);

// MARK: Derivatives of these parts
//
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

// MARK: The processor's limit

/// Does nothing but fused multiplications and additions in registers, from result[0] and result[1], and returns how
/// many floating-point operations those were. Their rate is the most that any float32 code of one thread can reach.
double locus_multiply_adds(size_t rounds, float *result);

// MARK: Hash

typedef struct {
  uint32_t state[8];
  uint64_t length;
  uint8_t block[64];
} locus_sha256;

/// SHA-256 (FIPS 180-4): begin, add bytes any number of times, finish once.
void locus_sha256_begin(locus_sha256 *hash);
void locus_sha256_add(locus_sha256 *hash, const void *bytes, size_t count);
void locus_sha256_finish(locus_sha256 *hash, uint8_t digest[32]);

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

// MARK: Instruction sets

/// The functions above that have one version for each instruction set.
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
