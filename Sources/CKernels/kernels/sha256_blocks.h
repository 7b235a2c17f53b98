// The compression function of SHA-256, in plain C and with the processor's instructions for it.
#ifndef LOCUS_SHA256_BLOCKS_H
#define LOCUS_SHA256_BLOCKS_H

#include "../include/locus_kernels.h"

/// The round constants: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
extern const uint32_t locus_sha256_constants[64];

/// Adds whole blocks of 64 bytes to the state.
void locus_sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t blocks);

/// The same, with the processor's instructions for it where it has them.
void locus_sha256_blocks_fastest(uint32_t state[8], const uint8_t *bytes, size_t blocks);

#endif
