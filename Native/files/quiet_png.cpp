// ITK opens PNG files with libpng's default handlers, which print to the standard error, and reads headers without a
// place for them to jump to, so that a damaged header would abort the process. The dynamic linker looks for ITK's libpng
// symbols in this library first: these functions stand before libpng's own and put other handlers in.

#include "files.h"

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

/// Unwinds through libpng, whose C code is compiled with unwind tables on the platforms of ELF.
[[noreturn]] void fail(PNG, const char *message) { throw vernier::Failure(VERNIER_TRUNCATED, message); }

PNG create(const char *name, const char *version, void *context, PNGHandler error, PNGHandler warning) {
  using Create = PNG (*)(const char *, void *, PNGHandler, PNGHandler);
  const auto next = reinterpret_cast<Create>(dlsym(RTLD_NEXT, name));
  return next ? next(version, context, error ? error : fail, warning ? warning : ignore) : nullptr;
}

}  // namespace

PNG png_create_read_struct(const char *version, void *context, PNGHandler error, PNGHandler warning) {
  return create("png_create_read_struct", version, context, error, warning);
}

PNG png_create_write_struct(const char *version, void *context, PNGHandler error, PNGHandler warning) {
  return create("png_create_write_struct", version, context, error, warning);
}
