// ITK opens PNG files with libpng's default handlers, which print to the standard error. The dynamic linker looks for
// ITK's libpng symbols in this library first, so these functions stand before libpng's own and put silent handlers in.

#include <dlfcn.h>

extern "C" {

using PNG = void *;
using PNGHandler = void (*)(PNG, const char *);

#define VERNIER_EXPORT __attribute__((visibility("default")))

VERNIER_EXPORT PNG png_create_read_struct(const char *version, void *context, PNGHandler error, PNGHandler warning);
VERNIER_EXPORT PNG png_create_write_struct(const char *version, void *context, PNGHandler error, PNGHandler warning);
}

namespace {

void ignore(PNG, const char *) {}

/// Returns to the caller's `setjmp`, as libpng's own handler does after it has printed.
void jump(PNG png, const char *) {
  using Jump = void (*)(PNG, int);
  static const auto longjmp = reinterpret_cast<Jump>(dlsym(RTLD_NEXT, "png_longjmp"));
  longjmp(png, 1);
}

PNG create(const char *name, const char *version, void *context, PNGHandler error, PNGHandler warning) {
  using Create = PNG (*)(const char *, void *, PNGHandler, PNGHandler);
  const auto next = reinterpret_cast<Create>(dlsym(RTLD_NEXT, name));
  return next ? next(version, context, error ? error : jump, warning ? warning : ignore) : nullptr;
}

}  // namespace

PNG png_create_read_struct(const char *version, void *context, PNGHandler error, PNGHandler warning) {
  return create("png_create_read_struct", version, context, error, warning);
}

PNG png_create_write_struct(const char *version, void *context, PNGHandler error, PNGHandler warning) {
  return create("png_create_write_struct", version, context, error, warning);
}
