// The formats in blocks: name, function that widens a block, elements and bytes of it.
#ifndef LOCUS_BLOCK_FORMATS_H
#define LOCUS_BLOCK_FORMATS_H

#define BLOCK_FORMATS(FORMAT)                \
  FORMAT(LOCUS_Q4_0, widen_q4_0, 32, 18)     \
  FORMAT(LOCUS_Q4_1, widen_q4_1, 32, 20)     \
  FORMAT(LOCUS_Q5_0, widen_q5_0, 32, 22)     \
  FORMAT(LOCUS_Q5_1, widen_q5_1, 32, 24)     \
  FORMAT(LOCUS_Q8_0, widen_q8_0, 32, 34)     \
  FORMAT(LOCUS_IQ4_NL, widen_iq4_nl, 32, 18) \
  FORMAT(LOCUS_Q2_K, widen_q2_k, 256, 84)    \
  FORMAT(LOCUS_Q3_K, widen_q3_k, 256, 110)   \
  FORMAT(LOCUS_Q4_K, widen_q4_k, 256, 144)   \
  FORMAT(LOCUS_Q5_K, widen_q5_k, 256, 176)   \
  FORMAT(LOCUS_Q6_K, widen_q6_k, 256, 210)   \
  FORMAT(LOCUS_IQ4_XS, widen_iq4_xs, 256, 136)

#endif
