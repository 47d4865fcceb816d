// What the libraries have to say of a file that Vernier reads or writes goes nowhere; Vernier says it itself. The
// libraries' hooks are for the whole process, so what is put there looks who calls: of a thread that Vernier's own call
// does not run on, everything is handed on to what was there before.
#include "files.h"

#include <gdcmTrace.h>
#include <itkOutputWindow.h>

#include <iostream>
#include <mutex>
#include <ostream>
#include <streambuf>

namespace vernier {
namespace {

/// How many `Quiet`s live on this thread.
thread_local int depth = 0;

/// Shows what other threads' calls of ITK have to say in the window that was there before.
class Window : public itk::OutputWindow {
 public:
  using Self = Window;
  using Pointer = itk::SmartPointer<Self>;
  itkFactorylessNewMacro(Self);

  void DisplayText(const char *text) override {
    if (depth == 0) former->DisplayText(text);
  }
  void DisplayErrorText(const char *text) override {
    if (depth == 0) former->DisplayErrorText(text);
  }
  void DisplayWarningText(const char *text) override {
    if (depth == 0) former->DisplayWarningText(text);
  }
  void DisplayGenericOutputText(const char *text) override {
    if (depth == 0) former->DisplayGenericOutputText(text);
  }
  void DisplayDebugText(const char *text) override {
    if (depth == 0) former->DisplayDebugText(text);
  }

 private:
  itk::OutputWindow::Pointer former = itk::OutputWindow::GetInstance();
};

/// Drops what is written on a thread while a `Quiet` lives there; has no memory of its own, so that threads may write
/// at the same time.
class Filter : public std::streambuf {
 public:
  explicit Filter(std::streambuf *behind) : behind(behind) {}

 private:
  int overflow(int character) override {
    if (depth > 0 || traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
    return behind->sputc(traits_type::to_char_type(character));
  }
  std::streamsize xsputn(const char *text, std::streamsize count) override {
    return depth > 0 ? count : behind->sputn(text, count);
  }
  int sync() override { return depth > 0 ? 0 : behind->pubsync(); }

  std::streambuf *behind;
};

/// The stream with a filter before it. Both live as long as the process, whose last messages may come late.
std::ostream &filtered(std::ostream &stream) { return *new std::ostream(new Filter(stream.rdbuf())); }

bool install() {
  itk::OutputWindow::SetInstance(Window::New());
  gdcm::Trace::SetDebugStream(filtered(gdcm::Trace::GetDebugStream()));
  gdcm::Trace::SetWarningStream(filtered(gdcm::Trace::GetWarningStream()));
  gdcm::Trace::SetErrorStream(filtered(gdcm::Trace::GetErrorStream()));
  return true;
}

}  // namespace

Quiet::Quiet() {
  static const bool isInstalled = install();
  (void)isInstalled;
  ++depth;
}

Quiet::~Quiet() { --depth; }

void filterStandardStreams() {
  static std::once_flag once;
  std::call_once(once, [] {
    std::cerr.rdbuf(new Filter(std::cerr.rdbuf()));
    std::cout.rdbuf(new Filter(std::cout.rdbuf()));
  });
}

}  // namespace vernier
