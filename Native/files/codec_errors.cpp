// ITK leaves errors of libpng and libjpeg to handlers that print, that jump to a place that was not set, or that end the
// process; a damaged file would take the program with it. The dynamic linker looks for the symbols that ITK uses in this
// library first: these functions stand before the libraries' own and put handlers in that throw.
//
// The exception unwinds through the libraries' C code, which has unwind tables on the platforms that use ELF.

#include "files.h"

#include <dlfcn.h>

#include <cstring>

namespace {

using PNG = void *;
using PNGHandler = void (*)(PNG, const char *);

/// What libjpeg's codec structures begin with: a pointer to the error manager, which begins with its handlers.
struct JPEG {
  struct {
    void (*exit)(JPEG *);
    void (*emit)(JPEG *, int level);
    void (*output)(JPEG *);
    void (*format)(JPEG *, char *text);
  } *errors;
};

void ignorePNG(PNG, const char *) {}

[[noreturn]] void failPNG(PNG, const char *message) { throw vernier::Failure(VERNIER_TRUNCATED, message); }

[[noreturn]] void failJPEG(JPEG *) { throw vernier::Failure(VERNIER_TRUNCATED, "its JPEG data are damaged"); }

/// libjpeg fills up samples that are missing, with a warning; other warnings (stray bytes between markers) are harmless.
void emitJPEG(JPEG *jpeg, int level) {
  constexpr int warning = -1;
  if (level != warning) return;
  char text[200];  // JMSG_LENGTH_MAX
  jpeg->errors->format(jpeg, text);
  if (std::strstr(text, "remature end")) throw vernier::Failure(VERNIER_TRUNCATED, text);
}

/// The function of that name in the libraries behind this one.
template <typename Function>
Function *next(const char *name, Function *) {
  return reinterpret_cast<Function *>(dlsym(RTLD_NEXT, name));
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

PNG png_create_read_struct(const char *version, void *context, PNGHandler error, PNGHandler warning) {
  return next("png_create_read_struct", png_create_read_struct)(
    version, context, error ? error : failPNG, warning ? warning : ignorePNG);
}

PNG png_create_write_struct(const char *version, void *context, PNGHandler error, PNGHandler warning) {
  return next("png_create_write_struct", png_create_write_struct)(
    version, context, error ? error : failPNG, warning ? warning : ignorePNG);
}

int jpeg_read_header(JPEG *jpeg, int needsImage) {
  jpeg->errors->exit = failJPEG;
  jpeg->errors->emit = emitJPEG;
  return next("jpeg_read_header", jpeg_read_header)(jpeg, needsImage);
}

void jpeg_set_defaults(JPEG *jpeg) {
  jpeg->errors->exit = failJPEG;
  next("jpeg_set_defaults", jpeg_set_defaults)(jpeg);
}
}
#pragma GCC visibility pop
