#ifndef PLAN_H
#define PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "fourier.h"

/// How a line of one length is transformed: pass by pass, each by one factor of the length (Stockham's order, which needs
/// no reordering at the end).
typedef struct {
  ptrdiff_t length;
  int passes;
  int radices[32];
  /// What is left of the length after each pass.
  ptrdiff_t parts[32];
  /// For each pass, with what is left of the length, n, and its radix r: for p = 1 … n / r - 1 and k = 1 … r - 1
  /// exp(-2πi p k / n); backward the same for r - k, conjugate.
  float *forward;
  float *backward;
  /// For each pass exp(2πi j / r), j = 0 … r - 1, where its radix has no kernel of its own; else null.
  float *roots[32];
} fourier_line;

typedef struct fourier_kernels fourier_kernels;

struct fourier_plan {
  bool is_real;
  ptrdiff_t width;
  ptrdiff_t height;
  /// Of length width, with ky in the lanes.
  fourier_line rows;
  /// With x in the lanes: of length height, or height / 2 where two real values of a column count as a complex one.
  fourier_line columns;
  /// ½ exp(-2πi k / height), for real columns of even height.
  float *halves;
  /// Floats of each of the three buffers for eight lines, and of what passes without a kernel need.
  size_t buffer;
  size_t scratch;
  const fourier_kernels *kernels;
};

/// What the same source became for one set of instructions. `work` holds three buffers and the scratch.
struct fourier_kernels {
  void (*real_forward)(const struct fourier_plan *plan, const float *values, float *spectrum, float *work);
  void (*real_backward)(const struct fourier_plan *plan, float *spectrum, float *values, float *work);
  void (*complex_forward)(const struct fourier_plan *plan, const float *values, float *spectrum, float *work);
  void (*complex_backward)(const struct fourier_plan *plan, float *spectrum, float *values, float *work);
};

extern const fourier_kernels fourier_kernels_any;
#if defined(__x86_64__) && !(defined(__AVX2__) && defined(__FMA__))
#define FOURIER_CHOOSES
extern const fourier_kernels fourier_kernels_avx2;
#endif

#endif
