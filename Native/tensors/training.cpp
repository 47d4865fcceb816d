#include "tensors.h"

#include <torch/version.h>

#include <cmath>

namespace vernier {

double clipGradients(const std::vector<at::Tensor> &tensors, double most) {
  const c10::NoGradGuard guard;
  std::vector<at::Tensor> gradients;
  for (const auto &tensor : tensors) {
    if (tensor.grad().defined()) gradients.push_back(tensor.grad());
  }
  if (gradients.empty()) return 0;
  std::vector<at::Tensor> norms;
  for (const auto &gradient : gradients) norms.push_back(at::norm(gradient));
  const double norm = at::norm(at::stack(norms)).item<double>();
  if (norm > most) at::_foreach_mul_(gradients, at::Scalar(most / norm));
  return norm;
}

void adam(const std::vector<at::Tensor> &tensors, const std::vector<at::Tensor> &first,
          const std::vector<at::Tensor> &second, double rate, double beta1, double beta2, double epsilon,
          int64_t step) {
  const c10::NoGradGuard guard;
  std::vector<at::Tensor> values, gradients, means, squares;
  for (size_t index = 0; index < tensors.size(); index++) {
    if (!tensors[index].grad().defined()) continue;
    values.push_back(tensors[index]);
    gradients.push_back(tensors[index].grad());
    means.push_back(first[index]);
    squares.push_back(second[index]);
  }
  if (values.empty()) return;
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  // One pass over memory, on the CPU since 2.4.
  const auto steps = std::vector<at::Tensor>(
    values.size(), at::full({}, static_cast<double>(step), values[0].options().dtype(at::kFloat)));
  at::_fused_adam_(values, gradients, means, squares, {}, steps, rate, beta1, beta2, /* weight_decay */ 0, epsilon,
                   /* amsgrad */ false, /* maximize */ false);
#else
  at::_foreach_mul_(means, at::Scalar(beta1));
  at::_foreach_add_(means, gradients, at::Scalar(1 - beta1));
  at::_foreach_mul_(squares, at::Scalar(beta2));
  at::_foreach_addcmul_(squares, gradients, gradients, at::Scalar(1 - beta2));
  auto scales = at::_foreach_sqrt(squares);
  at::_foreach_div_(scales, at::Scalar(std::sqrt(1 - std::pow(beta2, static_cast<double>(step)))));
  at::_foreach_add_(scales, at::Scalar(epsilon));
  at::_foreach_addcdiv_(values, means, scales, at::Scalar(-rate / (1 - std::pow(beta1, static_cast<double>(step)))));
#endif
}

}  // namespace vernier
