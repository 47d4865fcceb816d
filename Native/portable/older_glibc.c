/// Functions that glibc 2.34 lacks, or has in an older version. The linker's `--wrap` leads calls here.
///
/// `hypot` computes the same in every version; the newer one leaves out an error handling of 1983.
#include <stddef.h>
#include <stdint.h>
#include <sys/random.h>

double __wrap_hypot(double x, double y);
float __wrap_hypotf(float x, float y);

#if defined(__x86_64__)
double older_hypot(double x, double y);
float older_hypotf(float x, float y);
__asm__(".symver older_hypot, hypot@GLIBC_2.2.5");
__asm__(".symver older_hypotf, hypotf@GLIBC_2.2.5");
#else
__typeof__(__wrap_hypot) older_hypot __asm__("__real_hypot");
__typeof__(__wrap_hypotf) older_hypotf __asm__("__real_hypotf");
#endif

__attribute__((visibility("hidden"))) double __wrap_hypot(double x, double y) { return older_hypot(x, y); }

__attribute__((visibility("hidden"))) float __wrap_hypotf(float x, float y) { return older_hypotf(x, y); }

/// Expat's hash tables begin with it.
__attribute__((visibility("hidden"))) void __wrap_arc4random_buf(void *bytes, size_t count);

void __wrap_arc4random_buf(void *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    const ssize_t got = getrandom((uint8_t *)bytes + done, count - done, 0);
    if (got > 0) done += (size_t)got;
  }
}
