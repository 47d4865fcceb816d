#include "tensors.h"

#include <ATen/core/LegacyTypeDispatch.h>

#include <malloc.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string>

namespace {

/// The first line, of at most `capacity` − 1 bytes.
void report(std::string text, char *message, size_t capacity) {
  if (capacity == 0) return;
  text.resize(std::min(text.find('\n'), text.size()));
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 32; }, ' ');
  const size_t count = std::min(text.size(), capacity - 1);
  std::memcpy(message, text.data(), count);
  message[count] = 0;
}

/// Runs `body`; whatever it throws becomes a status and a line of text.
template <typename Body>
int32_t guarded(char *message, size_t capacity, Body body) noexcept {
  try {
    try {
      body();
      return VERNIER_TENSORS_OK;
    } catch (const std::bad_alloc &) {
      report("not enough memory", message, capacity);
    } catch (const c10::Error &error) {
      report(error.what_without_backtrace(), message, capacity);
    } catch (const std::exception &error) {
      report(error.what(), message, capacity);
    }
  } catch (...) {
    if (capacity > 0) message[0] = 0;
  }
  return VERNIER_TENSORS_FAILED;
}

std::vector<at::Tensor> values(vernier_tensor *const *tensors, int32_t count) {
  std::vector<at::Tensor> values;
  for (int32_t index = 0; index < count; index++) values.push_back(tensors[index]->value);
  return values;
}

int32_t create(const void *values, int32_t type, const int64_t *shape, int32_t rank, int32_t device,
               vernier_tensor **result, char *message, size_t capacity) {
  *result = nullptr;
  return guarded(message, capacity, [&] {
    const at::IntArrayRef size(shape, static_cast<size_t>(rank));
    const auto options = at::TensorOptions().dtype(vernier::scalarType(type));
    at::Tensor tensor;
    if (values) {
      tensor = at::empty(size, options);
      std::memcpy(tensor.data_ptr(), values, tensor.nbytes());
      tensor = tensor.to(vernier::device(device));
    } else {
      tensor = at::zeros(size, options.device(vernier::device(device)));
    }
    *result = new vernier_tensor(std::move(tensor));
  });
}

void release(vernier_tensor *tensor) { delete tensor; }

int32_t rank(const vernier_tensor *tensor) { return static_cast<int32_t>(tensor->value.dim()); }

void copyShape(const vernier_tensor *tensor, int64_t *shape) {
  std::copy_n(tensor->value.sizes().begin(), tensor->value.dim(), shape);
}

int32_t type(const vernier_tensor *tensor) {
  switch (tensor->value.scalar_type()) {
    case at::kFloat: return VERNIER_TENSORS_FLOAT32;
    case at::kDouble: return VERNIER_TENSORS_FLOAT64;
    case at::kLong: return VERNIER_TENSORS_INT64;
    default: return VERNIER_TENSORS_OTHER_TYPE;
  }
}

int32_t device(const vernier_tensor *tensor) {
  return tensor->value.is_cuda() ? VERNIER_TENSORS_CUDA : VERNIER_TENSORS_CPU;
}

int32_t copyValues(const vernier_tensor *tensor, int32_t type, void *values, char *message, size_t capacity) {
  return guarded(message, capacity, [&] {
    const c10::NoGradGuard guard;
    const auto plain = tensor->value.to(at::kCPU, vernier::scalarType(type)).contiguous();
    std::memcpy(values, plain.data_ptr(), plain.nbytes());
  });
}

int32_t assign(vernier_tensor *tensor, const vernier_tensor *source, char *message, size_t capacity) {
  return guarded(message, capacity, [&] {
    const c10::NoGradGuard guard;
    tensor->value.copy_(source->value);
  });
}

int32_t apply(int32_t operation, const vernier_tensor *const *inputs, int32_t inputCount, const int64_t *integers,
              int32_t integerCount, const double *numbers, int32_t numberCount, vernier_tensor **result, char *message,
              size_t capacity) {
  *result = nullptr;
  return guarded(message, capacity, [&] {
    const vernier::Arguments arguments(inputs, inputCount, integers, integerCount, numbers, numberCount);
    // Nothing is recorded: past the layers of dispatch that would see to it.
    std::optional<at::AutoDispatchBelowADInplaceOrView> guard;
    if (!c10::GradMode::is_enabled()) guard.emplace();
    *result = new vernier_tensor(vernier::compute(operation, arguments));
  });
}

int32_t setRecording(int32_t records) {
  const bool before = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(records != 0);
  return before;
}

int32_t setRequiresGradient(vernier_tensor *tensor, int32_t requiresGradient, char *message, size_t capacity) {
  return guarded(message, capacity, [&] { tensor->value.set_requires_grad(requiresGradient != 0); });
}

int32_t backward(const vernier_tensor *tensor, char *message, size_t capacity) {
  return guarded(message, capacity, [&] { tensor->value.backward(); });
}

vernier_tensor *gradient(const vernier_tensor *tensor) {
  const auto &gradient = tensor->value.grad();
  return gradient.defined() ? new vernier_tensor(gradient) : nullptr;
}

void clearGradients(vernier_tensor *const *tensors, int32_t count) {
  for (int32_t index = 0; index < count; index++) tensors[index]->value.mutable_grad().reset();
}

int32_t clipGradients(vernier_tensor *const *tensors, int32_t count, double most, double *norm, char *message,
                      size_t capacity) {
  return guarded(message, capacity, [&] { *norm = vernier::clipGradients(values(tensors, count), most); });
}

int32_t adam(vernier_tensor *const *tensors, vernier_tensor *const *first, vernier_tensor *const *second, int32_t count,
             double rate, double beta1, double beta2, double epsilon, int64_t step, char *message, size_t capacity) {
  return guarded(message, capacity, [&] {
    vernier::adam(values(tensors, count), values(first, count), values(second, count), rate, beta1, beta2, epsilon,
                  step);
  });
}

int32_t hasCuda() {
  char message[1];
  int32_t found = 0;
  guarded(message, sizeof message, [&] { found = vernier::hasCuda(); });
  return found;
}

void keepMemory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const vernier_tensors_functions *vernier_tensors_torch(void) {
  static const vernier_tensors_functions table = {
    VERNIER_TENSORS_ABI, create,   release,  rank,           copyShape,     type, device,  copyValues, assign,     apply,
    setRecording,        setRequiresGradient, backward, gradient, clearGradients, clipGradients, adam, hasCuda,
    vernier::setThreads, keepMemory};
  return &table;
}
