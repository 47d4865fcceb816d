// Eight lines side by side, one in each lane of a vector: they are transformed together, and nothing is moved between
// lanes but where a picture turns into a spectrum's order. Included once for each set of instructions.

// It says that functions which hand on such vectors cannot be called from elsewhere; all are inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define INLINE static inline __attribute__((always_inline))

typedef float lanes __attribute__((vector_size(32), aligned(4)));

/// One complex value of each line.
typedef struct {
  lanes re, im;
} complexes;

INLINE lanes load(const float *place) { return *(const lanes *)place; }
INLINE void store(float *place, lanes values) { *(lanes *)place = values; }

// Within each half of two vectors: what stands first, what stands second, and the same by pairs.
#define FIRSTS(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13)
#define SECONDS(a, b) __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15)
#define FIRST_PAIRS(a, b) __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13)
#define SECOND_PAIRS(a, b) __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15)
#define LOWER(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11)
#define UPPER(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15)
#define EVENS(a, b) __builtin_shufflevector(a, b, 0, 2, 8, 10, 4, 6, 12, 14)
#define ODDS(a, b) __builtin_shufflevector(a, b, 1, 3, 9, 11, 5, 7, 13, 15)

/// Of eight complex values that stand in turns, which one comes into which lane by `EVENS` and `ODDS`.
static const int turned[8] = {0, 1, 4, 5, 2, 3, 6, 7};
static const int straight[8] = {0, 1, 2, 3, 4, 5, 6, 7};

/// The imaginary parts stand `apart` floats behind the real ones; 0: real and imaginary parts stand in turns.
INLINE complexes get(const float *place, ptrdiff_t apart, bool in_turns) {
  lanes a = load(place), b = load(place + (in_turns ? 8 : apart));
  return in_turns ? (complexes){EVENS(a, b), ODDS(a, b)} : (complexes){a, b};
}

INLINE void put(float *place, ptrdiff_t apart, bool in_turns, complexes value) {
  store(place, in_turns ? FIRSTS(value.re, value.im) : value.re);
  store(place + (in_turns ? 8 : apart), in_turns ? SECONDS(value.re, value.im) : value.im);
}

INLINE complexes plus(complexes a, complexes b) { return (complexes){a.re + b.re, a.im + b.im}; }
INLINE complexes minus(complexes a, complexes b) { return (complexes){a.re - b.re, a.im - b.im}; }
/// a + i b
INLINE complexes plus_i(complexes a, complexes b) { return (complexes){a.re - b.im, a.im + b.re}; }
/// a - i b
INLINE complexes minus_i(complexes a, complexes b) { return (complexes){a.re + b.im, a.im - b.re}; }
INLINE complexes times(complexes a, float factor) { return (complexes){a.re * factor, a.im * factor}; }
/// a + factor · b
INLINE complexes plus_times(complexes a, float factor, complexes b) {
  return (complexes){a.re + factor * b.re, a.im + factor * b.im};
}
/// a times the complex number at `factor`.
INLINE complexes turn(complexes a, const float *factor) {
  return (complexes){a.re * factor[0] - a.im * factor[1], a.re * factor[1] + a.im * factor[0]};
}

/// Eight vectors as the rows of a square, made its columns.
INLINE void transpose(lanes *rows) {
  lanes a[8], b[8];
  for (int i = 0; i < 4; i++) {
    a[2 * i] = FIRSTS(rows[2 * i], rows[2 * i + 1]);
    a[2 * i + 1] = SECONDS(rows[2 * i], rows[2 * i + 1]);
  }
  for (int i = 0; i < 8; i += 4)
    for (int j = 0; j < 2; j++) {
      b[i + 2 * j] = FIRST_PAIRS(a[i + j], a[i + j + 2]);
      b[i + 2 * j + 1] = SECOND_PAIRS(a[i + j], a[i + j + 2]);
    }
  for (int i = 0; i < 4; i++) {
    rows[i] = LOWER(b[i], b[i + 4]);
    rows[i + 4] = UPPER(b[i], b[i + 4]);
  }
}

/// From `count` complex values of eight lines, as the passes leave them, to rows of complex values in turns, `stride`
/// floats apart; `order` says which row a lane is, and rows from `used` on are none.
static void scatter(
    const float *from, float *to, ptrdiff_t stride, ptrdiff_t count, const int *order, int used) {
  ptrdiff_t k = 0;
  for (; used == 8 && k + 4 <= count; k += 4) {
    lanes block[8];
    for (int i = 0; i < 8; i++) block[i] = load(from + 16 * k + 8 * i);
    transpose(block);
    for (int i = 0; i < 8; i++) store(to + order[i] * stride + 2 * k, block[i]);
  }
  for (; k < count; k++)
    for (int i = 0; i < 8; i++)
      if (order[i] < used) {
        to[order[i] * stride + 2 * k] = from[16 * k + i];
        to[order[i] * stride + 2 * k + 1] = from[16 * k + 8 + i];
      }
}

/// The way back from `scatter`. Lanes that are no row keep what they hold.
static void gather(
    const float *from, ptrdiff_t stride, float *to, ptrdiff_t count, const int *order, int used) {
  ptrdiff_t k = 0;
  for (; used == 8 && k + 4 <= count; k += 4) {
    lanes block[8];
    for (int i = 0; i < 8; i++) block[i] = load(from + order[i] * stride + 2 * k);
    transpose(block);
    for (int i = 0; i < 8; i++) store(to + 16 * k + 8 * i, block[i]);
  }
  for (; k < count; k++)
    for (int i = 0; i < 8; i++)
      if (order[i] < used) {
        to[16 * k + i] = from[order[i] * stride + 2 * k];
        to[16 * k + 8 + i] = from[order[i] * stride + 2 * k + 1];
      }
}
