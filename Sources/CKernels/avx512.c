// The kernels for processors with AVX-512: 16 lanes, 32 registers.
#include "kernels/tables.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), \
                             apply_to = function)
#define LANES 16
#include "kernels/all.h"
#pragma clang attribute pop

const locus_kernel_table locus_avx512_table = KERNEL_TABLE("avx512", locus_sha256_blocks_fastest);
#endif
