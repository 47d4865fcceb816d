#include "tensors.h"

namespace vernier {

Arguments::Arguments(const vernier_tensor *const *inputs, int32_t inputCount, const int64_t *integers,
                     int32_t integerCount, const double *numbers, int32_t numberCount)
    : _inputs(inputs, static_cast<size_t>(inputCount)), _integers(integers, static_cast<size_t>(integerCount)),
      _numbers(numbers, static_cast<size_t>(numberCount)) {}

const vernier_tensor &Arguments::handle(size_t index) const {
  if (index >= _inputs.size() || !_inputs[index]) throw std::invalid_argument("a tensor is missing");
  return *_inputs[index];
}

std::vector<at::Tensor> Arguments::inputs() const {
  std::vector<at::Tensor> values;
  for (size_t index = 0; index < _inputs.size(); index++) values.push_back(input(index));
  return values;
}

int64_t Arguments::integer(size_t index) const {
  if (index >= _integers.size()) throw std::invalid_argument("an integer is missing");
  return _integers[index];
}

at::IntArrayRef Arguments::integers(size_t from) const {
  if (from > _integers.size()) throw std::invalid_argument("an integer is missing");
  return _integers.slice(from);
}

at::IntArrayRef Arguments::integers(size_t from, size_t count) const {
  if (from + count > _integers.size()) throw std::invalid_argument("an integer is missing");
  return _integers.slice(from, count);
}

double Arguments::number(size_t index) const {
  if (index >= _numbers.size()) throw std::invalid_argument("a number is missing");
  return _numbers[index];
}

vernier_tensor compute(int32_t operation, const Arguments &a) {
  const auto &x = a.input(0);
  switch (operation) {
    case VERNIER_TENSORS_ADD: return at::add(x, a.input(1));
    case VERNIER_TENSORS_SUBTRACT: return at::sub(x, a.input(1));
    case VERNIER_TENSORS_MULTIPLY: return at::mul(x, a.input(1));
    case VERNIER_TENSORS_DIVIDE: return at::div(x, a.input(1));
    case VERNIER_TENSORS_MINIMUM: return at::minimum(x, a.input(1));
    case VERNIER_TENSORS_MAXIMUM: return at::maximum(x, a.input(1));
    case VERNIER_TENSORS_ARCTANGENT: return at::atan2(x, a.input(1));
    case VERNIER_TENSORS_ADD_NUMBER: return at::add(x, a.number(0));
    case VERNIER_TENSORS_SCALE: return at::mul(x, a.number(0));
    case VERNIER_TENSORS_POWER: return at::pow(x, a.number(0));
    case VERNIER_TENSORS_REMAINDER: return at::remainder(x, at::Scalar(a.number(0)));
    case VERNIER_TENSORS_CLAMP: return at::clamp(x, a.number(0), a.number(1));
    case VERNIER_TENSORS_ABSOLUTE: return at::abs(x);
    case VERNIER_TENSORS_EXPONENTIAL: return at::exp(x);
    case VERNIER_TENSORS_LOGARITHM: return at::log(x);
    case VERNIER_TENSORS_SQUARE_ROOT: return at::sqrt(x);
    case VERNIER_TENSORS_SINE: return at::sin(x);
    case VERNIER_TENSORS_COSINE: return at::cos(x);
    case VERNIER_TENSORS_SIGMOID: return at::sigmoid(x);
    case VERNIER_TENSORS_TANH: return at::tanh(x);
    case VERNIER_TENSORS_RELU: return at::relu(x);
    case VERNIER_TENSORS_LEAKY_RELU: return at::leaky_relu(x, a.number(0));
    case VERNIER_TENSORS_GELU: return at::gelu(x);
    case VERNIER_TENSORS_SILU: return at::silu(x);
    case VERNIER_TENSORS_SOFTPLUS: return at::softplus(x);

    case VERNIER_TENSORS_RESHAPE: return at::reshape(x, a.integers());
    case VERNIER_TENSORS_PERMUTE: return x.permute(a.integers());
    case VERNIER_TENSORS_NARROW: return x.narrow(a.integer(0), a.integer(1), a.integer(2));
    case VERNIER_TENSORS_EXPAND: return x.expand(a.integers());
    case VERNIER_TENSORS_CONCATENATE: return at::cat(a.inputs(), a.integer(0));
    case VERNIER_TENSORS_STACK: return at::stack(a.inputs(), a.integer(0));

    case VERNIER_TENSORS_SUM: return at::sum(x, a.integers(1), a.flag(0));
    case VERNIER_TENSORS_MEAN: return at::mean(x, a.integers(1), a.flag(0));
    case VERNIER_TENSORS_VARIANCE: return at::var(x, a.integers(1), /* unbiased */ false, a.flag(0));
    case VERNIER_TENSORS_LARGEST: return at::amax(x, a.integers(1), a.flag(0));
    case VERNIER_TENSORS_SOFTMAX: return at::softmax(x, a.integer(0));
    case VERNIER_TENSORS_LOG_SOFTMAX: return at::log_softmax(x, a.integer(0));

    case VERNIER_TENSORS_MATMUL: return at::matmul(x, a.input(1));
    case VERNIER_TENSORS_SOLVE: return at::linalg_solve(x, a.input(1));
    case VERNIER_TENSORS_LOG_DETERMINANT: return at::logdet(x);
    case VERNIER_TENSORS_LINEAR: return product(x, a.handle(1), a.optionalInput(2));
    case VERNIER_TENSORS_CONVOLUTION: return convolution(a);
    case VERNIER_TENSORS_BATCH_NORM: return batchNorm(a);
    case VERNIER_TENSORS_STANDARDIZE: return standardize(a);
    case VERNIER_TENSORS_MAX_POOL: return maxPool(a);
    case VERNIER_TENSORS_AVERAGE_POOL: return averagePool(a);
    case VERNIER_TENSORS_ADAPTIVE_POOL: return adaptivePool(a);
    case VERNIER_TENSORS_LSTM: return lstm(a);
    case VERNIER_TENSORS_AFFINE_GRID: return at::affine_grid_generator(x, a.integers(), /* align_corners */ false);
    case VERNIER_TENSORS_GRID_SAMPLE: return gridSample(a);
    case VERNIER_TENSORS_INTERPOLATE: return interpolate(a);
    case VERNIER_TENSORS_CORRELATE: return correlate(a);
    case VERNIER_TENSORS_CORRELATE_LOCALLY: return correlateLocally(a);

    case VERNIER_TENSORS_CLONE: return x.clone(at::MemoryFormat::Contiguous);
    case VERNIER_TENSORS_DETACH: return x.detach();
    case VERNIER_TENSORS_CONVERT: return convert(a);
    case VERNIER_TENSORS_PACK: return pack(a);
    default: throw std::invalid_argument("no such operation");
  }
}

}  // namespace vernier
