// The parts of a decoder block that are not matrix products. The rules of locus_kernels.h hold.
#ifndef LOCUS_BLOCKS_H
#define LOCUS_BLOCKS_H

#include <stddef.h>
#include <stdint.h>

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

#endif
