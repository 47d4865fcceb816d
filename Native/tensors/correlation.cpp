#include "tensors.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace vernier {

/// By Fourier transforms. Their size is the least at which no wanted sum is joined by one a whole turn away.
at::Tensor correlate(const Arguments &arguments) {
  const auto &a = arguments.input(0), &b = arguments.input(1);
  const auto n = spatialAxes(a);
  const auto batch = a.size(0), channels = a.size(1), copies = b.size(0) / std::max<int64_t>(batch, 1);
  if (b.dim() != a.dim() || b.size(1) != channels || b.size(0) != batch * copies) {
    throw std::invalid_argument("both need as many channels and axes, the second a multiple of the first's batch");
  }
  std::vector<int64_t> size, axes, shape = {batch, copies, channels};
  for (size_t axis = 0; axis < n; axis++) {
    const auto first = arguments.integer(axis), count = arguments.integer(n + axis), place = static_cast<int64_t>(axis);
    if (count < 1) throw std::invalid_argument("needs a displacement at least");
    const auto least = std::max({b.size(2 + place) - first, first + count - 1 + a.size(2 + place), count});
    size.push_back((least + 3) / 4 * 4);
    axes.push_back(place - static_cast<int64_t>(n));
    shape.push_back(b.size(2 + place));
  }
  const auto transformed = at::fft_rfftn(a, size, axes).unsqueeze(1).conj();
  const auto product = (transformed * at::fft_rfftn(b.reshape(shape), size, axes)).sum(2);
  auto sums = at::fft_irfftn(product, size, axes);
  for (size_t axis = 0; axis < n; axis++) {
    const auto place = static_cast<int64_t>(axis) + 2;
    sums = sums.roll(-arguments.integer(axis), place).narrow(place, 0, arguments.integer(n + axis));
  }
  return sums;
}

namespace {

/// Composed of libtorch's own operations each displacement would write zeros over a whole gradient; on the CPU that takes ten times as long.
///
/// Calls `body` with the first places of a displacement's row in the sums, in the first map and in the second, and the columns to go through.
template <typename Body>
void forEachRow(int64_t radius, int64_t height, int64_t width, Body body) {
  const auto side = 2 * radius + 1;
  for (int64_t index = 0; index < side * side; index++) {
    const auto dy = index / side - radius, dx = index % side - radius;
    const auto from = std::max<int64_t>(0, -dx), to = std::min(width, width - dx);
    for (int64_t y = std::max<int64_t>(0, -dy); y < std::min(height, height - dy); y++) {
      body((index * height + y) * width, y * width, (y + dy) * width + dx, from, to);
    }
  }
}

struct LocalCorrelation : torch::autograd::Function<LocalCorrelation> {
  static at::Tensor forward(torch::autograd::AutogradContext *context, const at::Tensor &a, const at::Tensor &b,
                            int64_t radius) {
    const auto left = a.contiguous(), right = b.contiguous();
    context->save_for_backward({left, right});
    context->saved_data["radius"] = radius;
    const auto batch = a.size(0), channels = a.size(1), height = a.size(2), width = a.size(3), side = 2 * radius + 1;
    auto sums = at::zeros({batch, side * side, height, width}, a.options());
    const auto plane = height * width;
    for (int64_t example = 0; example < batch; example++) {
      auto *__restrict out = sums.data_ptr<float>() + example * side * side * plane;
      for (int64_t channel = 0; channel < channels; channel++) {
        const auto offset = (example * channels + channel) * plane;
        const auto *__restrict p = left.data_ptr<float>() + offset, *__restrict q = right.data_ptr<float>() + offset;
        forEachRow(radius, height, width, [&](int64_t o, int64_t i, int64_t j, int64_t from, int64_t to) {
          for (auto x = from; x < to; x++) out[o + x] += p[i + x] * q[j + x];
        });
      }
    }
    return sums;
  }

  static torch::autograd::tensor_list backward(torch::autograd::AutogradContext *context,
                                               const torch::autograd::tensor_list &gradients) {
    const auto saved = context->get_saved_variables();
    const auto &left = saved[0], &right = saved[1];
    const auto radius = context->saved_data["radius"].toInt();
    const auto gradient = gradients[0].contiguous();
    auto ofLeft = at::zeros_like(left), ofRight = at::zeros_like(right);
    const auto channels = left.size(1), height = left.size(2), width = left.size(3), plane = height * width;
    for (int64_t example = 0; example < left.size(0); example++) {
      const auto *__restrict g = gradient.data_ptr<float>() + example * gradient.size(1) * plane;
      for (int64_t channel = 0; channel < channels; channel++) {
        const auto offset = (example * channels + channel) * plane;
        const auto *__restrict p = left.data_ptr<float>() + offset, *__restrict q = right.data_ptr<float>() + offset;
        auto *__restrict dp = ofLeft.data_ptr<float>() + offset, *__restrict dq = ofRight.data_ptr<float>() + offset;
        forEachRow(radius, height, width, [&](int64_t o, int64_t i, int64_t j, int64_t from, int64_t to) {
          for (auto x = from; x < to; x++) dp[i + x] += g[o + x] * q[j + x];
          for (auto x = from; x < to; x++) dq[j + x] += g[o + x] * p[i + x];
        });
      }
    }
    return {ofLeft, ofRight, at::Tensor()};
  }
};

/// The same of libtorch's own operations, for other devices.
at::Tensor composed(const at::Tensor &a, const at::Tensor &b, int64_t radius) {
  const auto height = a.size(2), width = a.size(3);
  const auto padded = at::constant_pad_nd(b, {radius, radius, radius, radius});
  std::vector<at::Tensor> sums;
  for (int64_t y = 0; y <= 2 * radius; y++) {
    for (int64_t x = 0; x <= 2 * radius; x++) {
      sums.push_back((a * padded.narrow(2, y, height).narrow(3, x, width)).sum(1));
    }
  }
  return at::stack(sums, 1);
}

}  // namespace

at::Tensor correlateLocally(const Arguments &arguments) {
  const auto &a = arguments.input(0), &b = arguments.input(1);
  const auto radius = arguments.integer(0);
  if (a.dim() != 4 || a.sizes() != b.sizes()) throw std::invalid_argument("needs two stacks of pictures of one shape");
  if (radius < 0) throw std::invalid_argument("the radius is 0 or more");
  const auto isPlain = a.is_cpu() && a.scalar_type() == at::kFloat && b.scalar_type() == at::kFloat;
  return isPlain ? LocalCorrelation::apply(a, b, radius) : composed(a, b, radius);
}

}  // namespace vernier
