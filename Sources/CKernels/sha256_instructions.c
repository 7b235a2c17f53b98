// The compression function of SHA-256 with the SHA extensions of x86-64.
#include "kernels/sha256_blocks.h"

#if defined(__x86_64__)
#include <immintrin.h>

// The instructions want the state as the vectors (f, e, b, a) and (h, g, d, c), lowest lane first.
__attribute__((target("sha,sse4.1,ssse3"))) static void blocks_by_instructions(uint32_t state[8],
                                                                               const uint8_t *bytes, size_t blocks) {
  const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  const __m128i badc = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xb1);
  const __m128i hgfe = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1b);
  __m128i feba = _mm_alignr_epi8(badc, hgfe, 8);
  __m128i hgdc = _mm_blend_epi16(hgfe, badc, 0xf0);
  for (; blocks > 0; --blocks, bytes += 64) {
    const __m128i old_feba = feba, old_hgdc = hgdc;
    __m128i w[4];  // the last 16 words of the message schedule
#pragma unroll
    for (int i = 0; i < 16; ++i) {
      __m128i *next = &w[i % 4];
      if (i < 4) {
        *next = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(bytes + 16 * i)), big_endian);
      } else {
        const __m128i last = w[(i + 3) % 4];
        const __m128i seven_back = _mm_alignr_epi8(last, w[(i + 2) % 4], 4);
        const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(*next, w[(i + 1) % 4]), seven_back);
        *next = _mm_sha256msg2_epu32(sum, last);
      }
      const __m128i constants = _mm_loadu_si128((const __m128i *)(locus_sha256_constants + 4 * i));
      const __m128i addends = _mm_add_epi32(*next, constants);
      hgdc = _mm_sha256rnds2_epu32(hgdc, feba, addends);
      feba = _mm_sha256rnds2_epu32(feba, hgdc, _mm_shuffle_epi32(addends, 0x0e));
    }
    feba = _mm_add_epi32(feba, old_feba);
    hgdc = _mm_add_epi32(hgdc, old_hgdc);
  }
  const __m128i abef = _mm_shuffle_epi32(feba, 0x1b);
  const __m128i dchg = _mm_shuffle_epi32(hgdc, 0xb1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(abef, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, abef, 8));
}
#endif

void locus_sha256_blocks_fastest(uint32_t state[8], const uint8_t *bytes, size_t blocks) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sha") && __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3")) {
    blocks_by_instructions(state, bytes, blocks);
    return;
  }
#endif
  locus_sha256_blocks(state, bytes, blocks);
}
