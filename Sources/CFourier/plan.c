#include "plan.h"

#include <math.h>
#include <stdlib.h>

static void set_root(float *place, ptrdiff_t numerator, ptrdiff_t denominator, double scale) {
  double angle = 2 * 3.14159265358979323846 * (double)(numerator % denominator) / (double)denominator;
  place[0] = (float)(scale * cos(angle));
  place[1] = (float)(scale * sin(angle));
}

/// Fours are quickest; an eight takes up a two that would be left over.
static int next_radix(ptrdiff_t rest) {
  int twos = __builtin_ctzll((unsigned long long)rest);
  if (twos >= 3 && twos % 2 == 1) return 8;
  if (twos >= 2) return 4;
  for (int radix = 2; (ptrdiff_t)radix * radix <= rest; radix++)
    if (rest % radix == 0) return radix;
  return (int)rest;
}

static bool make_line(fourier_line *line, ptrdiff_t length) {
  line->length = length;
  line->forward = malloc(2 * sizeof(float) * (size_t)length * 2);
  line->backward = malloc(2 * sizeof(float) * (size_t)length * 2);
  if (!line->forward || !line->backward) return false;
  float *forward = line->forward, *backward = line->backward;
  ptrdiff_t rest = length;
  do {
    int radix = next_radix(rest);
    ptrdiff_t parts = rest / radix;
    for (ptrdiff_t p = 1; p < parts; p++)
      for (int k = 1; k < radix; k++, forward += 2, backward += 2) {
        set_root(forward, rest - p * k % rest, rest, 1);
        set_root(backward, p * (radix - k), rest, 1);
      }
    if (radix > 5 && radix != 8) {
      float *roots = malloc(2 * sizeof(float) * (size_t)radix);
      if (!roots) return false;
      for (int j = 0; j < radix; j++) set_root(roots + 2 * j, j, radix, 1);
      line->roots[line->passes] = roots;
    }
    line->radices[line->passes] = radix;
    line->parts[line->passes++] = parts;
    rest = parts;
  } while (rest > 1);
  return true;
}

static void free_line(fourier_line *line) {
  free(line->forward);
  free(line->backward);
  for (int pass = 0; pass < line->passes; pass++) free(line->roots[pass]);
}

static size_t scratch(const fourier_line *line) {
  int most = 0;
  for (int pass = 0; pass < line->passes; pass++)
    if (line->roots[pass] && line->radices[pass] > most) most = line->radices[pass];
  return 16 * (size_t)most;
}

static const fourier_kernels *kernels(void) {
#ifdef FOURIER_CHOOSES
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &fourier_kernels_avx2;
#endif
  return &fourier_kernels_any;
}

fourier_plan *fourier_plan_create(bool is_real, int width, int height) {
  if (width < 1 || height < 1) return NULL;
  fourier_plan *plan = calloc(1, sizeof *plan);
  if (!plan) return NULL;
  plan->is_real = is_real;
  plan->width = width;
  plan->height = height;
  plan->kernels = kernels();
  bool halves = is_real && height % 2 == 0;
  // Sixteen more, since buffers a power of two apart would share their places in the processor's cache.
  plan->buffer = 16 * (size_t)(width > height ? width : height) + 16;
  bool made = make_line(&plan->rows, width) && make_line(&plan->columns, halves ? height / 2 : height);
  if (made && halves) {
    plan->halves = malloc(sizeof(float) * 2 * (size_t)(height / 2 + 1));
    made = plan->halves != NULL;
    for (int k = 0; made && k <= height / 2; k++) set_root(plan->halves + 2 * k, height - k, height, 0.5);
  }
  if (!made) {
    fourier_plan_destroy(plan);
    return NULL;
  }
  size_t rows = scratch(&plan->rows), columns = scratch(&plan->columns);
  plan->scratch = rows > columns ? rows : columns;
  return plan;
}

void fourier_plan_destroy(fourier_plan *plan) {
  if (!plan) return;
  free_line(&plan->rows);
  free_line(&plan->columns);
  free(plan->halves);
  free(plan);
}

// Small pictures' buffers fit here: three of 128 and the scratch of 127.
#define NEAR (3 * (16 * 128 + 16) + 16 * 128)

static float *far(const fourier_plan *plan) {
  size_t bytes = sizeof(float) * (3 * plan->buffer + plan->scratch);
  float *work = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (!work) abort();
  return work;
}

static bool is_near(const fourier_plan *plan) { return 3 * plan->buffer + plan->scratch <= NEAR; }

void fourier_forward(const fourier_plan *plan, const float *values, float *spectrum) {
  _Alignas(64) float near[NEAR];
  float *work = is_near(plan) ? near : far(plan);
  (plan->is_real ? plan->kernels->real_forward : plan->kernels->complex_forward)(plan, values, spectrum, work);
  if (work != near) free(work);
}

void fourier_backward(const fourier_plan *plan, float *spectrum, float *values) {
  _Alignas(64) float near[NEAR];
  float *work = is_near(plan) ? near : far(plan);
  (plan->is_real ? plan->kernels->real_backward : plan->kernels->complex_backward)(plan, spectrum, values, work);
  if (work != near) free(work);
}
