// Every kernel, for the instruction set and LANES of the including file.
#include "vector.h"

#include "formats/plain.h"
#include "formats/blocks.h"
#include "transpose.h"
#include "product.h"
#include "nearest.h"
#include "angles.h"
#include "activation.h"
#include "block.h"
#include "scores.h"
#include "attention.h"
#include "block_derivatives.h"
#include "attention_derivatives.h"
#include "verdict.h"
#include "gumbel.h"
#include "cofiring.h"
#include "moments.h"
#include "peak.h"

#define KERNEL_TABLE(name, sha256)                                                                            \
  {                                                                                                           \
    .instruction_set = name, .exp = exponential, .widen_bfloat16 = widen_bfloat16,                            \
    .widen_float16 = widen_float16, .widen_blocks = widen_blocks, .extremes = extremes,             \
    .product = product, .squared_distance = squared_distance,                                                  \
    .add_nearest = add_nearest, .angular_affinities = angular_affinities, .rms_norm = rms_norm,               \
    .rotate_half_split = rotate_half_split, .rotate_interleaved = rotate_interleaved,                         \
    .layer_norm = layer_norm, .activate = activate, .tanh = hyperbolic_tangent,                            \
    .attention = attention, .rms_norm_pull_back = rms_norm_pull_back,                                           \
    .rms_norm_push_forward = rms_norm_push_forward, .rms_norm_gain_gradient = rms_norm_gain_gradient,         \
    .layer_norm_pull_back = layer_norm_pull_back, .layer_norm_push_forward = layer_norm_push_forward,           \
    .layer_norm_gain_gradient = layer_norm_gain_gradient, .activation_pull_back = activation_pull_back,         \
    .activation_push_forward = activation_push_forward, .attention_pull_back = attention_pull_back,     \
    .attention_push_forward = attention_push_forward, .choose = choose, .log_sum_exp = log_sum_exp,     \
    .compare = compare, .gumbel_noise = gumbel_noise, .multiply_adds = multiply_adds,                           \
    .count_cofirings = count_cofirings, .moments = moments, .sha256_blocks = sha256                            \
  }
