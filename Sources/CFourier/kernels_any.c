// The transforms for whatever the compiler was told to build for.
#include <string.h>

#include "plan.h"

#include "lanes.h"
#include "passes.h"
#include "planes.h"

const fourier_kernels fourier_kernels_any = KERNELS;
