// The passes by which eight lines are transformed at a time. Included once for each set of instructions, after lanes.h.

INLINE void butterfly2(complexes *x) {
  complexes a = x[0];
  x[0] = plus(a, x[1]);
  x[1] = minus(a, x[1]);
}

INLINE void butterfly3(complexes *x) {
  complexes sum = plus(x[1], x[2]), rest = plus_times(x[0], -0.5f, sum);
  complexes difference = times(minus(x[1], x[2]), 0.866025404f);  // sin 60°
  x[0] = plus(x[0], sum);
  x[1] = minus_i(rest, difference);
  x[2] = plus_i(rest, difference);
}

INLINE void butterfly4(complexes *x) {
  complexes a = plus(x[0], x[2]), b = minus(x[0], x[2]), c = plus(x[1], x[3]), d = minus(x[1], x[3]);
  x[0] = plus(a, c);
  x[1] = minus_i(b, d);
  x[2] = minus(a, c);
  x[3] = plus_i(b, d);
}

INLINE void butterfly5(complexes *x) {
  const float c1 = 0.309016994f, c2 = -0.809016994f, s1 = 0.951056516f, s2 = 0.587785252f;  // of 72° and 144°
  complexes p = plus(x[1], x[4]), q = plus(x[2], x[3]), r = minus(x[1], x[4]), s = minus(x[2], x[3]);
  complexes a = plus_times(plus_times(x[0], c1, p), c2, q), b = plus_times(plus_times(x[0], c2, p), c1, q);
  complexes c = plus_times(times(r, s1), s2, s), d = plus_times(times(r, s2), -s1, s);
  x[0] = plus(plus(x[0], p), q);
  x[1] = minus_i(a, c);
  x[2] = minus_i(b, d);
  x[3] = plus_i(b, d);
  x[4] = plus_i(a, c);
}

INLINE void butterfly8(complexes *x) {
  const float half = 0.707106781f;  // √½
  complexes even[4] = {x[0], x[2], x[4], x[6]}, odd[4] = {x[1], x[3], x[5], x[7]};
  butterfly4(even);
  butterfly4(odd);
  // Times √2 exp(-πi / 4) and √2 exp(-3πi / 4).
  complexes one = minus_i(odd[1], odd[1]), three = {odd[3].im - odd[3].re, -(odd[3].re + odd[3].im)};
  x[0] = plus(even[0], odd[0]);
  x[1] = plus_times(even[1], half, one);
  x[2] = minus_i(even[2], odd[2]);
  x[3] = plus_times(even[3], half, three);
  x[4] = minus(even[0], odd[0]);
  x[5] = plus_times(even[1], -half, one);
  x[6] = plus_i(even[2], odd[2]);
  x[7] = plus_times(even[3], -half, three);
}

/// Where a pass reads or writes: values are `step` floats apart, and `apart` is as in `get`.
typedef struct {
  ptrdiff_t step;
  ptrdiff_t apart;
} layout;

/// A pass: of `stride` interleaved lines with radix · `parts` values left of each.
///
/// Backward it is the same pass with its outputs 1 … r - 1 in the opposite order, and with the factors for that. Handed on
/// by its address: a copy would be read in larger pieces than it was just written in, and processors wait for that.
typedef struct {
  ptrdiff_t parts;
  ptrdiff_t stride;
  const float *factors;
  const float *in;
  layout from;
  float *out;
  layout to;
  bool backward;
} pass;

#define PASS(RADIX)                                                                                                    \
  INLINE void pass##RADIX##_as(const pass *pass, bool turns_in, bool turns_out) {                                      \
    const ptrdiff_t parts = pass->parts, stride = pass->stride;                                                        \
    const layout from = pass->from, to = pass->to;                                                                     \
    const ptrdiff_t next = (pass->backward ? -stride : stride) * to.step;                                              \
    const ptrdiff_t first = pass->backward ? RADIX * stride * to.step : 0;                                             \
    const float *in = pass->in, *factors = pass->factors;                                                              \
    float *out = pass->out;                                                                                            \
    for (ptrdiff_t q = 0; q < stride; q++) {                                                                           \
      complexes x[RADIX];                                                                                              \
      for (int j = 0; j < RADIX; j++) x[j] = get(in + (q + stride * parts * j) * from.step, from.apart, turns_in);     \
      butterfly##RADIX(x);                                                                                             \
      float *place = out + q * to.step;                                                                                \
      put(place, to.apart, turns_out, x[0]);                                                                           \
      for (int k = 1; k < RADIX; k++) put(place + first + k * next, to.apart, turns_out, x[k]);                        \
    }                                                                                                                  \
    for (ptrdiff_t p = 1; p < parts; p++, factors += 2 * (RADIX - 1))                                                  \
      for (ptrdiff_t q = 0; q < stride; q++) {                                                                         \
        complexes x[RADIX];                                                                                            \
        for (int j = 0; j < RADIX; j++)                                                                                \
          x[j] = get(in + (q + stride * (p + parts * j)) * from.step, from.apart, turns_in);                           \
        butterfly##RADIX(x);                                                                                           \
        float *place = out + (q + stride * RADIX * p) * to.step;                                                       \
        put(place, to.apart, turns_out, x[0]);                                                                         \
        for (int k = 1; k < RADIX; k++)                                                                                \
          put(place + first + k * next, to.apart, turns_out, turn(x[k], factors + 2 * (k - 1)));                       \
      }                                                                                                                \
  }                                                                                                                    \
  static __attribute__((noinline)) void pass##RADIX(const pass *pass) {                                                \
    bool turns_in = pass->from.apart == 0, turns_out = pass->to.apart == 0;                                            \
    if (turns_in && turns_out) pass##RADIX##_as(pass, true, true);                                                     \
    else if (turns_in) pass##RADIX##_as(pass, true, false);                                                            \
    else if (turns_out) pass##RADIX##_as(pass, false, true);                                                           \
    else pass##RADIX##_as(pass, false, false);                                                                         \
  }
PASS(2)
PASS(3)
PASS(4)
PASS(5)
PASS(8)
#undef PASS

/// A pass of any odd radix, or of 1, by the sums and differences of the values j and r - j; `scratch` has room for them.
static void pass_any(const pass *pass, int radix, const float *roots, float *scratch) {
  const layout from = pass->from, to = pass->to;
  bool turns_in = from.apart == 0, turns_out = to.apart == 0;
  int half = (radix - 1) / 2;
  for (ptrdiff_t p = 0; p < pass->parts; p++)
    for (ptrdiff_t q = 0; q < pass->stride; q++) {
      const float *source = pass->in + (q + pass->stride * p) * from.step;
      ptrdiff_t next = pass->stride * pass->parts * from.step;
      complexes zero = get(source, from.apart, turns_in), total = zero;
      for (int j = 1; j <= half; j++) {
        complexes a = get(source + j * next, from.apart, turns_in);
        complexes b = get(source + (radix - j) * next, from.apart, turns_in);
        put(scratch + 32 * (j - 1), 8, false, plus(a, b));
        put(scratch + 32 * (j - 1) + 16, 8, false, minus(a, b));
        total = plus(total, plus(a, b));
      }
      float *place = pass->out + (q + pass->stride * radix * p) * to.step;
      ptrdiff_t apart = pass->stride * to.step;
      put(place, to.apart, turns_out, total);
      const float *factors = pass->factors + 2 * (radix - 1) * (p - 1);
      for (int k = 1; k <= half; k++) {
        complexes even = zero, odd = {zero.re * 0, zero.im * 0};
        for (int j = 1, root = k; j <= half; j++) {
          even = plus_times(even, roots[2 * root], get(scratch + 32 * (j - 1), 8, false));
          odd = plus_times(odd, roots[2 * root + 1], get(scratch + 32 * (j - 1) + 16, 8, false));
          root += k;
          if (root >= radix) root -= radix;
        }
        complexes one = minus_i(even, odd), other = plus_i(even, odd);
        if (p > 0) {
          one = turn(one, factors + 2 * (k - 1));
          other = turn(other, factors + 2 * (radix - k - 1));
        }
        put(place + (pass->backward ? radix - k : k) * apart, to.apart, turns_out, one);
        put(place + (pass->backward ? k : radix - k) * apart, to.apart, turns_out, other);
      }
    }
}

/// Transforms eight lines, from `in` to `out`, which may be the same. `a` and `b` are buffers for what lies between.
static void transform(
    const fourier_line *line, bool backward, const float *in, layout from, float *out, layout to, float *a, float *b,
    float *scratch) {
  pass pass = {
      .parts = line->length, .stride = 1, .factors = backward ? line->backward : line->forward, .backward = backward,
      .in = in, .from = from, .to = {16, 8}};
  for (int number = 0; number < line->passes; number++) {
    int radix = line->radices[number];
    pass.parts = line->parts[number];
    pass.out = a;
    if (number + 1 == line->passes) {
      pass.out = out;
      pass.to = to;
    }
    switch (radix) {
    case 2: pass2(&pass); break;
    case 3: pass3(&pass); break;
    case 4: pass4(&pass); break;
    case 5: pass5(&pass); break;
    case 8: pass8(&pass); break;
    default: pass_any(&pass, radix, line->roots[number], scratch);
    }
    pass.factors += 2 * (radix - 1) * (pass.parts - 1);
    pass.stride *= radix;
    pass.in = a;
    pass.from = pass.to;
    a = b;
    b = pass.out;
  }
}
