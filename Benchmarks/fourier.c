// Vernier's Fourier transforms beside FFTW's, at sizes that Vernier uses, in one process and by turns:
//
//   clang -O2 -ISources/CFourier/include Benchmarks/fourier.c Sources/CFourier/*.c -o .build/fourier -lfftw3f -lm
//   .build/fourier
//
// The least CPU time of 25 rounds (5 for large pictures), in microseconds. FFTW estimates its plans, real pictures out of place, complex ones in
// place, rows of a spectrum as it likes them; it needs libfftw3-dev.
#include <fftw3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fourier.h"

static const int sides[] = {32, 40, 64, 80, 96, 128, 160, 256, 512, 1024, 50, 61, 100, 127};

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

typedef struct {
  fftwf_plan theirs;
  const fourier_plan *ours;
  int backward;
  float *values, *spectrum;
} task;

static void run(const task *task, int ours) {
  if (!ours) {
    fftwf_execute(task->theirs);
  } else if (task->backward) {
    fourier_backward(task->ours, task->spectrum, task->values);
  } else {
    fourier_forward(task->ours, task->values, task->spectrum);
  }
}

int main(void) {
  printf("side: FFTW µs, Vernier µs, ratio: real there | real back | complex there | complex back\n");
  for (size_t number = 0; number < sizeof sides / sizeof *sides; number++) {
    int side = sides[number], repeats = 1 + 200000 / (side * side);
    size_t bytes = (8 * (size_t)side * (size_t)(side + 2) + 63) / 64 * 64;
    float *values = aligned_alloc(64, bytes), *spectrum = aligned_alloc(64, bytes);
    fourier_plan *real = fourier_plan_create(true, side, side), *complex = fourier_plan_create(false, side, side);
    fftwf_complex *places = (fftwf_complex *)values, *frequencies = (fftwf_complex *)spectrum;
    task tasks[4] = {
        {fftwf_plan_dft_r2c_2d(side, side, values, frequencies, FFTW_ESTIMATE), real, 0, values, spectrum},
        {fftwf_plan_dft_c2r_2d(side, side, frequencies, values, FFTW_ESTIMATE), real, 1, values, spectrum},
        {fftwf_plan_dft_2d(side, side, places, places, FFTW_FORWARD, FFTW_ESTIMATE), complex, 0, values, spectrum},
        {fftwf_plan_dft_2d(side, side, places, places, FFTW_BACKWARD, FFTW_ESTIMATE), complex, 1, values, spectrum}};
    int rounds = side > 256 ? 5 : 25;
    printf("%4d:", side);
    for (int kind = 0; kind < 4; kind++) {
      double best[2] = {1e9, 1e9};
      // Zeros stay zeros, however often they are transformed in place.
      memset(values, 0, bytes);
      memset(spectrum, 0, bytes);
      for (int round = 0; round < rounds; round++)
        for (int ours = 0; ours < 2; ours++) {
          for (int repeat = 0; repeat < repeats; repeat++) run(&tasks[kind], ours);
          double start = seconds();
          for (int repeat = 0; repeat < repeats; repeat++) run(&tasks[kind], ours);
          double each = (seconds() - start) / repeats;
          if (each < best[ours]) best[ours] = each;
        }
      printf(" | %9.2f %9.2f %5.2f", 1e6 * best[0], 1e6 * best[1], best[1] / best[0]);
      fftwf_destroy_plan(tasks[kind].theirs);
    }
    printf("\n");
    fflush(stdout);
    fourier_plan_destroy(real);
    fourier_plan_destroy(complex);
    free(values);
    free(spectrum);
  }
  return 0;
}
