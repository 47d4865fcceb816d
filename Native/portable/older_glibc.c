/// Functions that glibc 2.34 lacks, or has in another version. The linker's `--wrap` leads calls here.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/random.h>

#define hidden __attribute__((visibility("hidden")))

// `hypot` got another version in glibc 2.35, which computes the same and leaves out an error handling of 1983. Asked for at run time,
// it is whichever the system has.
static double (*system_hypot)(double x, double y);
static float (*system_hypotf)(float x, float y);

// Before the constructors of C++.
__attribute__((constructor(101))) static void find_functions(void) {
  void *library = dlopen("libm.so.6", RTLD_LAZY | RTLD_LOCAL);
  if (!library) library = RTLD_DEFAULT;
  *(void **)&system_hypot = dlsym(library, "hypot");
  *(void **)&system_hypotf = dlsym(library, "hypotf");
  if (!system_hypot || !system_hypotf) abort();
}

hidden double __wrap_hypot(double x, double y) { return system_hypot(x, y); }

hidden float __wrap_hypotf(float x, float y) { return system_hypotf(x, y); }

/// Expat's hash tables begin with it.
hidden void __wrap_arc4random_buf(void *bytes, size_t count) {
  for (size_t done = 0; done < count;) {
    const ssize_t got = getrandom((uint8_t *)bytes + done, count - done, 0);
    if (got > 0) done += (size_t)got;
  }
}
