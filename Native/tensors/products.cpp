#include "tensors.h"

#include <ATen/core/dispatch/Dispatcher.h>

#include <algorithm>
#include <optional>

namespace vernier {

namespace {

/// Calls one of libtorch's operators that its headers do not declare.
c10::IValue call(const c10::OperatorHandle &function, std::vector<c10::IValue> arguments) {
  function.callBoxed(&arguments);
  return std::move(arguments.front());
}

std::optional<c10::OperatorHandle> operatorNamed(const char *name) {
  const auto found = c10::Dispatcher::singleton().findSchema({name, ""});
  return found.has_value() ? std::optional(*found) : std::nullopt;
}

/// Half precision reaches to 65504, and keeps its eleven bits down to 2⁻¹⁴: elements a hundredth as large as the largest should have them.
bool suitsHalfPrecision(const at::Tensor &weight) {
  const auto [least, most] = at::aminmax(weight);
  const auto largest = std::max(-least.item<double>(), most.item<double>());
  return largest > 0x1p-14 * 100 && largest < 65504;
}

}  // namespace

// The products in half precision are FBGEMM's. A libtorch without it, as for ARM, says so when it is asked to pack; then the weight stays
// as it is.
vernier_tensor pack(const Arguments &a) {
  const auto &weight = a.input(0);
  if (weight.dim() < 2 || weight.size(0) * weight.size(1) != weight.numel()) {
    throw std::invalid_argument("needs a weight for one place");
  }
  static const auto function = operatorNamed("quantized::linear_prepack_fp16");
  if (!function || !weight.is_cpu() || weight.scalar_type() != at::kFloat || !suitsHalfPrecision(weight)) return weight;
  try {
    return {weight, call(*function, {weight.detach().flatten(1).contiguous(), c10::IValue()})};
  } catch (const c10::Error &) {
    return weight;
  }
}

bool isPacked(const vernier_tensor &weight) { return !weight.packed.isNone() && !c10::GradMode::is_enabled(); }

at::Tensor product(const at::Tensor &x, const vernier_tensor &weight, const at::Tensor &added) {
  if (isPacked(weight)) {
    static const auto function = operatorNamed("quantized::linear_dynamic_fp16");
    const auto y = call(function.value(), {x.contiguous(), weight.packed}).toTensor();
    return added.defined() ? y.add_(added) : y;
  }
  const auto isMatrix = added.defined() && added.dim() == 2;
  return isMatrix ? at::addmm(added, x, weight.value.t()) : at::linear(x, weight.value, added);
}

}  // namespace vernier
