// Whole pictures, eight lines at a time: along y with eight neighbouring columns in the lanes, which need no reordering
// as they stand; then, through one transposition, along x with eight neighbouring ky in the lanes. Included once for each
// set of instructions, after passes.h.

typedef struct {
  float *a, *b, *c, *scratch;
} buffers;

INLINE buffers parts_of(const fourier_plan *plan, float *work) {
  return (buffers){work, work + plan->buffer, work + 2 * plan->buffer, work + 3 * plan->buffer};
}

/// A line of 2 h real samples, from that of its even samples as real and its odd ones as imaginary parts, in place. The
/// values 0 and h, both real, become the real and imaginary part of the value 0.
static void untangle(float *line, ptrdiff_t h, const float *halves) {
  complexes first = get(line, 8, false);
  put(line, 8, false, (complexes){first.re + first.im, first.re - first.im});
  for (ptrdiff_t k = 1; 2 * k <= h; k++) {
    complexes x = get(line + 16 * k, 8, false), y = get(line + 16 * (h - k), 8, false);
    complexes even = {x.re + y.re, x.im - y.im};
    complexes odd = turn((complexes){x.im + y.im, y.re - x.re}, halves + 2 * k);
    put(line + 16 * k, 8, false, plus_times(odd, 0.5f, even));
    put(line + 16 * (h - k), 8, false, (complexes){0.5f * even.re - odd.re, odd.im - 0.5f * even.im});
  }
}

/// The way back, times 2.
static void tangle(float *line, ptrdiff_t h, const float *halves) {
  complexes first = get(line, 8, false);
  put(line, 8, false, (complexes){first.re + first.im, first.re - first.im});
  for (ptrdiff_t k = 1; 2 * k <= h; k++) {
    complexes x = get(line + 16 * k, 8, false), y = get(line + 16 * (h - k), 8, false);
    complexes even = {x.re + y.re, x.im - y.im};
    const float back[2] = {2 * halves[2 * k], -2 * halves[2 * k + 1]};
    complexes odd = turn((complexes){x.re - y.re, x.im + y.im}, back);
    put(line + 16 * k, 8, false, plus_i(even, odd));
    put(line + 16 * (h - k), 8, false, (complexes){even.re + odd.im, odd.re - even.im});
  }
}

/// Copies rows of `width` floats from one place to another.
INLINE void copy(const float *from, ptrdiff_t from_stride, float *to, ptrdiff_t to_stride, ptrdiff_t width, ptrdiff_t rows) {
  for (ptrdiff_t y = 0; y < rows; y++) memcpy(to + y * to_stride, from + y * from_stride, sizeof(float) * (size_t)width);
}

INLINE void clear(float *place, ptrdiff_t count) { memset(place, 0, sizeof(float) * (size_t)count); }

/// Along x, in place: `count` lines ky, `stride` floats from one kx to the next.
static void rows(
    const fourier_plan *plan, bool backward, float *spectrum, ptrdiff_t stride, ptrdiff_t count, buffers own) {
  ptrdiff_t width = plan->width;
  for (ptrdiff_t y = 0; y < count; y += 8) {
    float *place = spectrum + 2 * y;
    ptrdiff_t used = count - y < 8 ? count - y : 8;
    if (used == 8) {
      const layout as = {stride, 0};
      transform(&plan->rows, backward, place, as, place, as, own.a, own.b, own.scratch);
    } else {
      const layout as = {16, 0};
      clear(own.c, 16 * width);
      copy(place, stride, own.c, 16, 2 * used, width);
      transform(&plan->rows, backward, own.c, as, own.c, as, own.a, own.b, own.scratch);
      copy(own.c, 16, place, stride, 2 * used, width);
    }
  }
}

static const layout in_buffer = {16, 8};

static void complex_forward(const fourier_plan *plan, const float *values, float *spectrum, float *work) {
  ptrdiff_t width = plan->width, height = plan->height;
  buffers own = parts_of(plan, work);
  for (ptrdiff_t x = 0; x < width; x += 8) {
    int used = width - x < 8 ? (int)(width - x) : 8;
    const float *source = values + 2 * x;
    layout from = {2 * width, 0};
    if (used < 8) {
      clear(own.c, 16 * height);
      copy(source, 2 * width, own.c, 16, 2 * used, height);
      source = own.c;
      from.step = 16;
    }
    transform(&plan->columns, false, source, from, own.c, in_buffer, own.a, own.b, own.scratch);
    scatter(own.c, spectrum + 2 * x * height, 2 * height, height, turned, used);
  }
  rows(plan, false, spectrum, 2 * height, height, own);
}

static void complex_backward(const fourier_plan *plan, float *spectrum, float *values, float *work) {
  ptrdiff_t width = plan->width, height = plan->height;
  buffers own = parts_of(plan, work);
  rows(plan, true, spectrum, 2 * height, height, own);
  for (ptrdiff_t x = 0; x < width; x += 8) {
    int used = width - x < 8 ? (int)(width - x) : 8;
    if (used < 8) clear(own.c, 16 * height);
    gather(spectrum + 2 * x * height, 2 * height, own.c, height, turned, used);
    bool whole = used == 8;
    transform(
        &plan->columns, true, own.c, in_buffer, whole ? values + 2 * x : own.c, (layout){whole ? 2 * width : 16, 0},
        own.a, own.b, own.scratch);
    if (!whole) copy(own.c, 16, values + 2 * x, 2 * width, 2 * used, height);
  }
}

/// Where a real picture's columns, or a copy of them, stand: two samples count as one complex value where the height is
/// even, and the imaginary parts are 0 where it is odd.
INLINE layout real_columns(ptrdiff_t stride, bool even) { return even ? (layout){2 * stride, stride} : in_buffer; }

static void real_forward(const fourier_plan *plan, const float *values, float *spectrum, float *work) {
  ptrdiff_t width = plan->width, height = plan->height, half = height / 2, stride = 2 * (half + 1);
  bool even = height % 2 == 0;
  ptrdiff_t lines = even ? half : half + 1;
  buffers own = parts_of(plan, work);
  for (ptrdiff_t x = 0; x < width; x += 8) {
    int used = width - x < 8 ? (int)(width - x) : 8;
    const float *source = values + x;
    layout from = real_columns(width, even);
    if (used < 8 || !even) {
      clear(own.c, (even ? 8 : 16) * height);
      copy(source, width, own.c, even ? 8 : 16, used, height);
      source = own.c;
      from = real_columns(8, even);
    }
    transform(&plan->columns, false, source, from, own.c, in_buffer, own.a, own.b, own.scratch);
    if (even) untangle(own.c, half, plan->halves);
    scatter(own.c, spectrum + x * stride, stride, lines, straight, used);
  }
  rows(plan, false, spectrum, stride, lines, own);
  if (!even) return;
  // The lines ky = 0 and height / 2 went as one: their columns' values are real.
  for (ptrdiff_t x = 0; 2 * x <= width; x++) {
    float *one = spectrum + x * stride, *other = spectrum + (x > 0 ? width - x : 0) * stride;
    float re = one[0], im = one[1], other_re = other[0], other_im = other[1];
    one[0] = other[0] = 0.5f * (re + other_re);
    one[2 * half] = other[2 * half] = 0.5f * (im + other_im);
    one[1] = 0.5f * (im - other_im);
    one[2 * half + 1] = 0.5f * (other_re - re);
    other[1] = -one[1];
    other[2 * half + 1] = -one[2 * half + 1];
  }
}

static void real_backward(const fourier_plan *plan, float *spectrum, float *values, float *work) {
  ptrdiff_t width = plan->width, height = plan->height, half = height / 2, stride = 2 * (half + 1);
  bool even = height % 2 == 0;
  ptrdiff_t lines = even ? half : half + 1;
  buffers own = parts_of(plan, work);
  for (ptrdiff_t x = 0; even && x < width; x++) {
    float *line = spectrum + x * stride;
    line[0] -= line[2 * half + 1];
    line[1] += line[2 * half];
  }
  rows(plan, true, spectrum, stride, lines, own);
  for (ptrdiff_t x = 0; x < width; x += 8) {
    int used = width - x < 8 ? (int)(width - x) : 8;
    bool whole = used == 8 && even;
    if (used < 8) clear(own.c, 16 * height);
    gather(spectrum + x * stride, stride, own.c, lines, straight, used);
    if (even) {
      tangle(own.c, half, plan->halves);
    } else {
      for (ptrdiff_t k = 1; k <= half; k++) {
        complexes value = get(own.c + 16 * k, 8, false);
        put(own.c + 16 * (height - k), 8, false, (complexes){value.re, -value.im});
      }
    }
    transform(
        &plan->columns, true, own.c, in_buffer, whole ? values + x : own.c, real_columns(whole ? width : 8, even), own.a,
        own.b, own.scratch);
    if (!whole) copy(own.c, even ? 8 : 16, values + x, width, used, height);
  }
}

#define KERNELS {real_forward, real_backward, complex_forward, complex_backward}
