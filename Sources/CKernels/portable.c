// The kernels for any processor: 4 lanes, as in SSE2 and NEON.
#include "kernels/tables.h"

#define LANES 4
#include "kernels/all.h"

const locus_kernel_table locus_portable_table = KERNEL_TABLE("portable", locus_sha256_blocks);
