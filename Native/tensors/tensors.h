/// What the parts of the plug-in share.
#pragma once

#include "vernier_tensors.h"

#include <ATen/ATen.h>
#include <ATen/core/ivalue.h>
#include <c10/core/GradMode.h>

#include <stdexcept>
#include <vector>

struct vernier_tensor {
  vernier_tensor(at::Tensor value, c10::IValue packed = {}) : value(std::move(value)), packed(std::move(packed)) {}

  at::Tensor value;
  /// The same elements as libtorch's products in half precision take them; None where there are none.
  c10::IValue packed;
};

namespace vernier {

/// What an operation is given.
class Arguments {
 public:
  Arguments(const vernier_tensor *const *inputs, int32_t inputCount, const int64_t *integers, int32_t integerCount,
            const double *numbers, int32_t numberCount);

  const vernier_tensor &handle(size_t index) const;
  const at::Tensor &input(size_t index) const { return handle(index).value; }
  /// The tensor, an undefined one where it was not given. libtorch takes that for an absent optional, whose type changed between versions.
  at::Tensor optionalInput(size_t index) const {
    return index < _inputs.size() && _inputs[index] ? _inputs[index]->value : at::Tensor();
  }
  std::vector<at::Tensor> inputs() const;
  size_t inputCount() const { return _inputs.size(); }
  int64_t integer(size_t index) const;
  bool flag(size_t index) const { return integer(index) != 0; }
  at::IntArrayRef integers(size_t from = 0) const;
  at::IntArrayRef integers(size_t from, size_t count) const;
  double number(size_t index) const;

 private:
  at::ArrayRef<const vernier_tensor *> _inputs;
  at::IntArrayRef _integers;
  at::ArrayRef<double> _numbers;
};

/// The number of spatial axes.
inline size_t spatialAxes(const at::Tensor &x) {
  if (x.dim() < 3 || x.dim() > 5) throw std::invalid_argument("needs a batch, channels and one to three more axes");
  return static_cast<size_t>(x.dim() - 2);
}

vernier_tensor compute(int32_t operation, const Arguments &arguments);

vernier_tensor pack(const Arguments &arguments);
/// Whether products with the weight are computed from its packed elements: where it has some and no gradient is recorded.
bool isPacked(const vernier_tensor &weight);
/// x · weightᵀ + added over the last axis; `added` is a bias, or for x of two axes any matrix, and may be undefined.
at::Tensor product(const at::Tensor &x, const vernier_tensor &weight, const at::Tensor &added);

at::Tensor convolution(const Arguments &arguments);
at::Tensor batchNorm(const Arguments &arguments);
at::Tensor maxPool(const Arguments &arguments);
at::Tensor averagePool(const Arguments &arguments);
at::Tensor adaptivePool(const Arguments &arguments);
at::Tensor lstm(const Arguments &arguments);
at::Tensor gridSample(const Arguments &arguments);
at::Tensor standardize(const Arguments &arguments);
at::Tensor interpolate(const Arguments &arguments);
at::Tensor correlate(const Arguments &arguments);
at::Tensor correlateLocally(const Arguments &arguments);
at::Tensor convert(const Arguments &arguments);

at::ScalarType scalarType(int32_t type);
at::Device device(int32_t device);
bool hasCuda();

vernier_tensors_threads setThreads(vernier_tensors_threads threads);

double clipGradients(const std::vector<at::Tensor> &tensors, double most);
void adam(const std::vector<at::Tensor> &tensors, const std::vector<at::Tensor> &first,
          const std::vector<at::Tensor> &second, double rate, double beta1, double beta2, double epsilon, int64_t step);

}  // namespace vernier
