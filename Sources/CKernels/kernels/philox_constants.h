// The constants of Philox4x32 (Salmon et al. 2011, table 2 and section 3.3).
#ifndef LOCUS_PHILOX_CONSTANTS_H
#define LOCUS_PHILOX_CONSTANTS_H

#define PHILOX_FACTOR_0 0xD2511F53u
#define PHILOX_FACTOR_1 0xCD9E8D57u
#define PHILOX_KEY_STEP_0 0x9E3779B9u
#define PHILOX_KEY_STEP_1 0xBB67AE85u

#endif
