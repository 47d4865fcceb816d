#include "tensors.h"

#include <ATen/Parallel.h>

#include <dlfcn.h>

namespace vernier {
namespace {

/// OpenMP's and MKL's functions that set the calling thread's number alone; `at::set_num_threads` would set the
/// process's. libtorch brings an OpenMP of its own and has MKL inside, or not: null where it has not.
struct Setters {
  void (*openMP)(int) = reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"));
  int (*mkl)(int) = reinterpret_cast<int (*)(int)>(dlsym(RTLD_DEFAULT, "MKL_Set_Num_Threads_Local"));
};

}  // namespace

vernier_tensors_threads setThreads(vernier_tensors_threads threads) {
  static const Setters setters;
  // A thread's first operation gives it libtorch's number, in this library and in libtorch; what was set before would
  // be lost.
  at::internal::lazy_init_num_threads();
  vernier_tensors_threads before = {at::get_num_threads(), 0};
  if (setters.openMP) setters.openMP(threads.operations);
  if (setters.mkl) before.products = setters.mkl(threads.products);
  return before;
}

}  // namespace vernier
