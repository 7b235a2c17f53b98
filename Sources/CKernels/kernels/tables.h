// The tables of kernels, one for each instruction set, and the headers that the kernels need. The kernels themselves
// are written once, in this folder, and compiled once for each instruction set by avx512.c, avx2.c and portable.c.
#ifndef LOCUS_TABLES_H
#define LOCUS_TABLES_H

#include <math.h>
#include <stdbool.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "../include/locus_kernels.h"
#include "formats/block_formats.h"
#include "philox_constants.h"
#include "sha256_blocks.h"

#if defined(__x86_64__)
extern const locus_kernel_table locus_avx512_table;
extern const locus_kernel_table locus_avx2_table;
#endif
extern const locus_kernel_table locus_portable_table;

#endif
