#include "files.h"

#include <gdcmTrace.h>
#include <nifti1_io.h>

#include <cstdarg>
#include <cstdio>
#include <iostream>
#include <mutex>
#include <streambuf>

#ifdef VERNIER_TIFF_IS_PREFIXED
#define VERNIER_TIFF(name) itk_TIFF##name
#else
#define VERNIER_TIFF(name) TIFF##name
#endif

extern "C" {
using TIFFHandler = void (*)(const char *, const char *, va_list);
TIFFHandler VERNIER_TIFF(SetErrorHandler)(TIFFHandler);
TIFFHandler VERNIER_TIFF(SetWarningHandler)(TIFFHandler);
}

namespace vernier {
namespace {

thread_local std::string lastTIFFError;

void recordTIFFError(const char *, const char *format, va_list arguments) {
  char text[512];
  std::vsnprintf(text, sizeof text, format, arguments);
  lastTIFFError = text;
}

class NullBuffer : public std::streambuf {
  int overflow(int character) override { return traits_type::not_eof(character); }
};

// MetaIO and parts of ITK write to the standard streams directly. Calls may overlap, so the first silences them and
// the last gives them back.
std::mutex mutex;
int depth = 0;
NullBuffer nowhere;
std::streambuf *errorBuffer = nullptr;
std::streambuf *outputBuffer = nullptr;

void silenceLibraries() {
  itk::Object::GlobalWarningDisplayOff();
  nifti_set_debug_level(0);
  gdcm::Trace::DebugOff();
  gdcm::Trace::WarningOff();
  gdcm::Trace::ErrorOff();
  VERNIER_TIFF(SetErrorHandler)(recordTIFFError);
  VERNIER_TIFF(SetWarningHandler)(nullptr);
}

}  // namespace

Quiet::Quiet() {
  lastTIFFError.clear();
  const std::lock_guard<std::mutex> lock(mutex);
  static const bool silenced = (silenceLibraries(), true);
  (void)silenced;
  if (depth++ == 0) {
    errorBuffer = std::cerr.rdbuf(&nowhere);
    outputBuffer = std::cout.rdbuf(&nowhere);
  }
}

Quiet::~Quiet() {
  const std::lock_guard<std::mutex> lock(mutex);
  if (--depth == 0) {
    std::cerr.rdbuf(errorBuffer);
    std::cout.rdbuf(outputBuffer);
  }
}

const std::string &Quiet::tiffError() { return lastTIFFError; }

}  // namespace vernier
