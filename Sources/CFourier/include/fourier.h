#ifndef FOURIER_H
#define FOURIER_H

#include <stdbool.h>

/// Fourier transforms of pictures of one size, single precision, unscaled in both directions:
///
///     forward    S(kx, ky) = Σ v(x, y) exp(-2πi (kx x / width + ky y / height))
///     backward   v(x, y) = Σ S(kx, ky) exp(+2πi (kx x / width + ky y / height))
///
/// There and back multiplies by width × height. A picture's values stand row after row, x fastest; complex ones as real
/// and imaginary part in turns. A spectrum stands column after column, *ky fastest*, as complex values: for a complex
/// picture all height of them; for a real one those of ky = 0 … height / 2, since S(-kx, -ky) is the conjugate.
///
/// Any size will do. Sides with factors 2, 3 and 5 alone are the quick ones; a prime factor p costs p multiplications a
/// value.
typedef struct fourier_plan fourier_plan;

/// Null where memory is short or a side is below 1. A plan does not change: any number of threads may use it at once.
fourier_plan *fourier_plan_create(bool is_real, int width, int height);

void fourier_plan_destroy(fourier_plan *plan);

/// Values and spectrum must not overlap.
void fourier_forward(const fourier_plan *plan, const float *values, float *spectrum);

/// Destroys the spectrum, which must not overlap the values.
void fourier_backward(const fourier_plan *plan, float *spectrum, float *values);

#endif
