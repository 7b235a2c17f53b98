#ifndef LOCUS_CBLAS_SHIM_H
#define LOCUS_CBLAS_SHIM_H
#include <cblas.h>
#include <stddef.h>

// LAPACK as Fortran compilers call it: everything by address, matrices column by column, the lengths of characters
// last. Its C interface is not in every package of OpenBLAS.

/// Eigenvalues in ascending order, and eigenvectors in place of the matrix, by divide and conquer.
void dsyevd_(const char *job, const char *triangle, const blasint *order, double *matrix, const blasint *stride,
             double *values, double *work, const blasint *work_count, blasint *integers, const blasint *integer_count,
             blasint *status, size_t job_length, size_t triangle_length);

/// A part of the eigenvalues and eigenvectors, by relatively robust representations.
void dsyevr_(const char *job, const char *range, const char *triangle, const blasint *order, double *matrix,
             const blasint *stride, const double *above, const double *up_to, const blasint *first, const blasint *last,
             const double *tolerance, blasint *count, double *values, double *vectors, const blasint *vector_stride,
             blasint *support, double *work, const blasint *work_count, blasint *integers,
             const blasint *integer_count, blasint *status, size_t job_length, size_t range_length,
             size_t triangle_length);

/// Those of A x = λ B x.
void dsygvd_(const blasint *type, const char *job, const char *triangle, const blasint *order, double *matrix,
             const blasint *stride, double *metric, const blasint *metric_stride, double *values, double *work,
             const blasint *work_count, blasint *integers, const blasint *integer_count, blasint *status,
             size_t job_length, size_t triangle_length);

/// The Cholesky factor of a positive definite matrix, in its place.
void dpotrf_(const char *triangle, const blasint *order, double *matrix, const blasint *stride, blasint *status,
             size_t triangle_length);

/// Solves A X = B with that factor, in place of B.
void dpotrs_(const char *triangle, const blasint *order, const blasint *count, const double *factor,
             const blasint *stride, double *right, const blasint *right_stride, blasint *status,
             size_t triangle_length);

/// Factors a matrix into an orthogonal and a triangular one, in its place, by reflections.
void dgeqrf_(const blasint *rows, const blasint *columns, double *matrix, const blasint *stride, double *scales,
             double *work, const blasint *work_count, blasint *status);

/// The first columns of the orthogonal factor, in the place of the reflections.
void dorgqr_(const blasint *rows, const blasint *columns, const blasint *reflections, double *matrix,
             const blasint *stride, const double *scales, double *work, const blasint *work_count, blasint *status);

#endif
