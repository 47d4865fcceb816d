// The transforms for x86-64 with AVX2 and fused multiply-add, where the rest is built for any such processor.
#include <string.h>

#include "plan.h"

#ifdef FOURIER_CHOOSES
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "lanes.h"
#include "passes.h"
#include "planes.h"
#pragma clang attribute pop

const fourier_kernels fourier_kernels_avx2 = KERNELS;
#endif
