#ifndef LOCUS_CBLAS_SHIM_H
#define LOCUS_CBLAS_SHIM_H
#include <cblas.h>
#endif
