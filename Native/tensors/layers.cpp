#include "tensors.h"

#include <limits>

namespace vernier {

namespace {

/// A convolution with a kernel of one sample: a product over each place's channels.
at::Tensor pointwiseConvolution(const Arguments &a, size_t n) {
  auto x = a.input(0);
  for (size_t axis = 0; axis < n; axis++) {
    if (a.integer(axis) > 1) {
      x = x.slice(static_cast<int64_t>(axis) + 2, 0, std::numeric_limits<int64_t>::max(), a.integer(axis));
    }
  }
  return product(x.movedim(1, -1), a.handle(1), a.optionalInput(2)).movedim(-1, 1);
}

}  // namespace

at::Tensor convolution(const Arguments &a) {
  const auto n = spatialAxes(a.input(0));
  if (isPacked(a.handle(1))) return pointwiseConvolution(a, n);
  // A place's channels side by side: oneDNN need not reorder them, and what follows keeps that order. It does reorder the weights at each call,
  // for such images at several times the cost.
  const auto isLarge = a.input(0).numel() >= a.input(1).numel();
  const auto format = n == 2 && isLarge   ? at::MemoryFormat::ChannelsLast
                      : n == 3 && isLarge ? at::MemoryFormat::ChannelsLast3d
                                          : at::MemoryFormat::Contiguous;
  const auto x = a.input(0).contiguous(format);
  // Left to itself libtorch computes small convolutions by hand, of small pictures most of ResNeXt's: twice as slow.
  if (!c10::GradMode::is_enabled() && x.is_cpu() && x.scalar_type() == at::kFloat && n > 1 && at::hasMKLDNN()) {
    return at::mkldnn_convolution(x, a.input(1), a.optionalInput(2), a.integers(n, n), a.integers(0, n),
                                  a.integers(2 * n, n), a.integer(3 * n));
  }
  const std::vector<int64_t> outputPadding(n, 0);
  return at::convolution(x, a.input(1), a.optionalInput(2), a.integers(0, n), a.integers(n, n), a.integers(2 * n, n),
                         /* transposed */ false, outputPadding, a.integer(3 * n));
}

at::Tensor batchNorm(const Arguments &a) {
  return at::batch_norm(a.input(0), a.optionalInput(1), a.optionalInput(2), a.optionalInput(3), a.optionalInput(4),
                        a.flag(0), a.number(0), a.number(1), /* cudnn_enabled */ true);
}

at::Tensor maxPool(const Arguments &a) {
  const auto n = spatialAxes(a.input(0));
  const auto kernel = a.integers(0, n), stride = a.integers(n, n), padding = a.integers(2 * n, n);
  switch (n) {
    case 1: return at::max_pool1d(a.input(0), kernel, stride, padding);
    case 2: return at::max_pool2d(a.input(0), kernel, stride, padding);
    default: return at::max_pool3d(a.input(0), kernel, stride, padding);
  }
}

at::Tensor averagePool(const Arguments &a) {
  const auto n = spatialAxes(a.input(0));
  const auto kernel = a.integers(0, n), stride = a.integers(n, n), padding = a.integers(2 * n, n);
  switch (n) {
    case 1: return at::avg_pool1d(a.input(0), kernel, stride, padding);
    case 2: return at::avg_pool2d(a.input(0), kernel, stride, padding);
    default: return at::avg_pool3d(a.input(0), kernel, stride, padding);
  }
}

at::Tensor adaptivePool(const Arguments &a) {
  const auto n = spatialAxes(a.input(0));
  switch (n) {
    case 1: return at::adaptive_avg_pool1d(a.input(0), a.integers(0, n));
    case 2: return at::adaptive_avg_pool2d(a.input(0), a.integers(0, n));
    default: return at::adaptive_avg_pool3d(a.input(0), a.integers(0, n));
  }
}

namespace {

/// The state of one layer after each step, from the zero state: [steps, batch, hidden].
///
/// Written with matrix products instead of at::lstm. There oneDNN repacks the weights at each call, the switch against that is one for the
/// whole process, and the first step multiplies a state of zeros. Small networks spend their time on calls: one sigmoid of all gates is quicker than three of
/// those that need it.
at::Tensor lstmLayer(const at::Tensor &x, const vernier_tensor &weightInput, const vernier_tensor &weightState,
                     const at::Tensor &biasInput, const at::Tensor &biasState) {
  const auto inputs = product(x, weightInput, biasInput + biasState);
  at::Tensor state, cell;
  std::vector<at::Tensor> states;
  for (int64_t step = 0; step < x.size(0); step++) {
    auto gates = inputs.select(0, step);
    if (state.defined()) gates = product(state, weightState, gates);
    const auto units = gates.size(1) / 4;
    const auto open = at::sigmoid(gates);
    const auto written = open.narrow(1, 0, units) * at::tanh(gates.narrow(1, 2 * units, units));
    cell = cell.defined() ? at::addcmul(written, open.narrow(1, units, units), cell) : written;
    state = open.narrow(1, 3 * units, units) * at::tanh(cell);
    states.push_back(state);
  }
  return at::stack(states);
}

}  // namespace

at::Tensor lstm(const Arguments &a) {
  const auto count = a.inputCount() - 1;
  if (count == 0 || count % 4 != 0) throw std::invalid_argument("each layer needs two weights and two biases");
  auto x = a.input(0);
  for (size_t first = 1; first <= count; first += 4) {
    x = lstmLayer(x, a.handle(first), a.handle(first + 1), a.input(first + 2), a.input(first + 3));
  }
  return x;
}

at::Tensor standardize(const Arguments &a) {
  const auto sizes = a.input(0).sizes();
  const auto axes = a.integer(0);
  if (axes < 1 || axes > static_cast<int64_t>(sizes.size())) throw std::invalid_argument("it has no such axes");
  return at::layer_norm(a.input(0), sizes.slice(sizes.size() - static_cast<size_t>(axes)), {}, {}, a.number(0));
}

at::Tensor gridSample(const Arguments &a) {
  return at::grid_sampler(a.input(0), a.input(1), a.integer(0), a.integer(1), /* align_corners */ false);
}

at::Tensor interpolate(const Arguments &a) {
  const auto n = spatialAxes(a.input(0));
  const auto size = a.integers(0, n);
  switch (n) {
    case 1: return at::upsample_linear1d(a.input(0), size, /* align_corners */ false);
    case 2: return at::upsample_bilinear2d(a.input(0), size, /* align_corners */ false);
    default: return at::upsample_trilinear3d(a.input(0), size, /* align_corners */ false);
  }
}

}  // namespace vernier
