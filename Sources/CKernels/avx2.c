// The kernels for processors with AVX2 and FMA: 8 lanes, 16 registers.
#include "kernels/tables.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LANES 8
#include "kernels/all.h"
#pragma clang attribute pop

const locus_kernel_table locus_avx2_table = KERNEL_TABLE("avx2", locus_sha256_blocks_fastest);
#endif
