// Number formats of weights, and what is made of numbers one by one. The rules of locus_kernels.h hold.
#ifndef LOCUS_FORMATS_H
#define LOCUS_FORMATS_H

#include <stddef.h>
#include <stdint.h>

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

#endif
