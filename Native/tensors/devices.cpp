#include "tensors.h"

#include <dlfcn.h>

namespace vernier {

at::ScalarType scalarType(int32_t type) {
  switch (type) {
    case VERNIER_TENSORS_FLOAT32: return at::kFloat;
    case VERNIER_TENSORS_FLOAT64: return at::kDouble;
    case VERNIER_TENSORS_INT64: return at::kLong;
    default: throw std::invalid_argument("no such element type");
  }
}

bool hasCuda() {
  // Nothing that is linked here refers to this library, which registers CUDA when it is loaded.
  static void *const library = dlopen("libtorch_cuda.so", RTLD_LAZY | RTLD_GLOBAL);
  return library && at::globalContext().hasCUDA();
}

at::Device device(int32_t device) {
  if (device == VERNIER_TENSORS_CPU) return at::kCPU;
  if (!hasCuda()) throw std::invalid_argument("no CUDA device, or a libtorch without CUDA");
  return at::Device(at::kCUDA, 0);
}

at::Tensor convert(const Arguments &a) {
  const auto type = static_cast<int32_t>(a.integer(0));
  return a.input(0).to(device(static_cast<int32_t>(a.integer(1))), scalarType(type));
}

}  // namespace vernier
