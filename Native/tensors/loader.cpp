/// The first of the plug-in's two libraries: looks at the libtorch that is there before anything is linked with it.
#include "vernier_tensors.h"

#include <torch/version.h>

#include <dlfcn.h>

#include <string>

namespace {

// Where an incompatible libtorch lacks a symbol, the linker would refuse the second library and name that symbol, not the version.
struct Loaded {
  std::string found;
  const vernier_tensors_functions *functions = nullptr;
  std::string problem;

  Loaded() : problem(load()) {}

  /// Why it cannot be used; empty where it can.
  std::string load() {
    void *torch = dlopen("libtorch_cpu.so", RTLD_LAZY | RTLD_LOCAL);
    if (!torch) return reason();
    found = version(torch);
    if (found != TORCH_VERSION) return "its version is another";
    void *library = dlopen("libvernier-tensors-torch.so", RTLD_LAZY | RTLD_LOCAL);
    if (!library) return reason();
    void *symbol = dlsym(library, "vernier_tensors_torch");
    if (!symbol) return reason();
    const auto *table = reinterpret_cast<const vernier_tensors_functions *(*)()>(symbol)();
    if (table->abi != VERNIER_TENSORS_ABI) return "libvernier-tensors-torch.so is not of the same build";
    functions = table;
    return "";
  }

  static std::string reason() {
    const char *text = dlerror();
    return text ? text : "unknown reason";
  }

  /// The version that libtorch's description of its build states, which is there in every version. Its name tells which of the C++ library's two strings it
  /// returns; builds of libtorch differ in that.
  static std::string version(void *torch) {
    void *symbol = dlsym(torch, _GLIBCXX_USE_CXX11_ABI ? "_ZN2at11show_configB5cxx11Ev" : "_ZN2at11show_configEv");
    if (!symbol) return "unknown";
    const std::string text = reinterpret_cast<std::string (*)()>(symbol)(), key = "TORCH_VERSION=";
    const size_t start = text.find(key);
    if (start == std::string::npos) return "unknown";
    const size_t first = start + key.size();
    return text.substr(first, text.find_first_not_of("0123456789.", first) - first);
  }
};

}  // namespace

extern "C" __attribute__((visibility("default"))) const vernier_tensors_table *vernier_tensors(void) {
  static const Loaded loaded;
  static const vernier_tensors_table table = {
    VERNIER_TENSORS_ABI, TORCH_VERSION, loaded.found.empty() ? nullptr : loaded.found.c_str(),
    loaded.functions ? nullptr : loaded.problem.c_str(), loaded.functions};
  return &table;
}
