// Matrix products, and what is found by them. The rules of locus_kernels.h hold.
#ifndef LOCUS_PRODUCTS_H
#define LOCUS_PRODUCTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "locus_formats.h"

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
  size_t rows;          // at most LOCUS_CANDIDATE_ROWS, of fine ones half as many
  bool fine;            // rows in two bytes a component instead of one: narrower bounds in twice the time
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

#endif
