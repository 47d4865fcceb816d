/// The boundary between Vernier and its `tensors` plug-in: plain C, no exception crosses it.
///
/// The plug-in is two libraries. `libvernier-tensors.so` needs no libtorch: it exports `vernier_tensors`, compares the libtorch that is
/// there with the one that the plug-in was compiled for, and only then loads `libvernier-tensors-torch.so`, which is linked with it.
/// Both compare `abi` with `VERNIER_TENSORS_ABI`; change the number with every change here.
#ifndef VERNIER_TENSORS_H
#define VERNIER_TENSORS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VERNIER_TENSORS_ABI 5

enum {
  VERNIER_TENSORS_OK = 0,
  VERNIER_TENSORS_FAILED
};

enum {
  VERNIER_TENSORS_FLOAT32 = 0,
  VERNIER_TENSORS_FLOAT64,
  VERNIER_TENSORS_INT64,
  VERNIER_TENSORS_OTHER_TYPE
};

enum {
  VERNIER_TENSORS_CPU = 0,
  VERNIER_TENSORS_CUDA
};

/// What `apply` computes. After the dash: its tensors (those with `?` may be null), then its integers in brackets, then its numbers
/// in parentheses. `n` is the number of spatial axes, the tensor's axes less two.
enum {
  // Element by element.
  VERNIER_TENSORS_ADD = 0,       // a, b
  VERNIER_TENSORS_SUBTRACT,      // a, b
  VERNIER_TENSORS_MULTIPLY,      // a, b
  VERNIER_TENSORS_DIVIDE,        // a, b
  VERNIER_TENSORS_MINIMUM,       // a, b
  VERNIER_TENSORS_MAXIMUM,       // a, b
  VERNIER_TENSORS_ARCTANGENT,    // y, x: the angle of (x, y), radians
  VERNIER_TENSORS_ADD_NUMBER,    // a (number)
  VERNIER_TENSORS_SCALE,         // a (factor)
  VERNIER_TENSORS_POWER,         // a (exponent)
  VERNIER_TENSORS_REMAINDER,     // a (divisor): the remainder with the divisor's sign
  VERNIER_TENSORS_CLAMP,         // a (least, most)
  VERNIER_TENSORS_ABSOLUTE,      // a
  VERNIER_TENSORS_EXPONENTIAL,   // a
  VERNIER_TENSORS_LOGARITHM,     // a
  VERNIER_TENSORS_SQUARE_ROOT,   // a
  VERNIER_TENSORS_SINE,          // a
  VERNIER_TENSORS_COSINE,        // a
  VERNIER_TENSORS_SIGMOID,       // a
  VERNIER_TENSORS_TANH,          // a
  VERNIER_TENSORS_RELU,          // a
  VERNIER_TENSORS_LEAKY_RELU,    // a (slope)
  VERNIER_TENSORS_GELU,          // a
  VERNIER_TENSORS_SILU,          // a
  VERNIER_TENSORS_SOFTPLUS,      // a
  // Shapes.
  VERNIER_TENSORS_RESHAPE,       // a [shape…]
  VERNIER_TENSORS_PERMUTE,       // a [axes…]
  VERNIER_TENSORS_NARROW,        // a [axis, start, length]
  VERNIER_TENSORS_EXPAND,        // a [shape…]
  VERNIER_TENSORS_CONCATENATE,   // a… [axis]
  VERNIER_TENSORS_STACK,         // a… [axis]
  // Along axes; `keep` is 1 where a reduced axis stays with length 1.
  VERNIER_TENSORS_SUM,           // a [keep, axes…]
  VERNIER_TENSORS_MEAN,          // a [keep, axes…]
  VERNIER_TENSORS_VARIANCE,      // a [keep, axes…]: divided by the count
  VERNIER_TENSORS_LARGEST,       // a [keep, axes…]
  VERNIER_TENSORS_SOFTMAX,       // a [axis]
  VERNIER_TENSORS_LOG_SOFTMAX,   // a [axis]
  // Layers.
  VERNIER_TENSORS_MATMUL,        // a, b
  VERNIER_TENSORS_SOLVE,         // a, b: x with a x = b, for square matrices along the last two axes
  VERNIER_TENSORS_LOG_DETERMINANT, // a: of square matrices along the last two axes
  VERNIER_TENSORS_LINEAR,        // x, weight, bias?
  VERNIER_TENSORS_CONVOLUTION,   // x, weight, bias? [stride × n, padding × n, dilation × n, groups]
  VERNIER_TENSORS_BATCH_NORM,    // x, weight, bias, mean, variance [training] (momentum, epsilon)
  VERNIER_TENSORS_STANDARDIZE,   // x [count] (epsilon): over the last count axes, (x - mean) / sqrt(variance + epsilon)
  VERNIER_TENSORS_MAX_POOL,      // x [kernel × n, stride × n, padding × n]
  VERNIER_TENSORS_AVERAGE_POOL,  // x [kernel × n, stride × n, padding × n]
  VERNIER_TENSORS_ADAPTIVE_POOL, // x [size × n]: averages
  VERNIER_TENSORS_LSTM,          // x, then for each layer the weights and biases of input and state (ih, hh, ih, hh)
  VERNIER_TENSORS_AFFINE_GRID,   // theta [size…]
  VERNIER_TENSORS_GRID_SAMPLE,   // x, grid [0 linear or 1 nearest, 0 zeros or 1 border outside]
  VERNIER_TENSORS_INTERPOLATE,   // x [size × n]: linear
  // What two maps of features have in common. Zeros outside.
  VERNIER_TENSORS_CORRELATE,     // a [batch, channels, …], b [batch · copies, channels, …] [first × n, count × n]: [batch, copies, count…],
                                 // Σ over channels and places of a(x) b(x + d) for d = first ≤ first + count − 1
  VERNIER_TENSORS_CORRELATE_LOCALLY, // a, b [batch, channels, height, width] [radius]: [batch, (2 radius + 1)², height, width],
                                 // Σ over channels of a(x) b(x + d) at each place for |d| ≤ radius along y, then x
  // Copies.
  VERNIER_TENSORS_CLONE,         // a
  VERNIER_TENSORS_DETACH,        // a: the same elements, outside the record of gradients
  VERNIER_TENSORS_CONVERT,       // a [type, device]
  VERNIER_TENSORS_PACK,          // a [outputs, inputs, 1…]: the same as a weight whose products take its elements in half precision where no
                                 // gradient is recorded; as it is where libtorch has no such products, or half
                                 // precision does not hold its elements
  VERNIER_TENSORS_OPERATION_COUNT
};

/// A tensor, owned by the plug-in until released.
typedef struct vernier_tensor vernier_tensor;

/// The numbers of threads that belong to one thread.
typedef struct {
  /// Those of OpenMP, positive.
  int32_t operations;
  /// Those of MKL, where libtorch has it; 0 stands for what holds for the process.
  int32_t products;
} vernier_tensors_threads;

/// What the second library does. Whatever takes `message` writes one line there on failure. Everything but
/// `keep_memory` may be called from several threads at once, on different tensors or on the same ones where none is
/// written.
typedef struct {
  int32_t abi;

  /// Elements of `type` in row-major order, copied; zeros where `values` is null.
  int32_t (*create)(const void *values, int32_t type, const int64_t *shape, int32_t rank, int32_t device,
                    vernier_tensor **result, char *message, size_t capacity);
  void (*release)(vernier_tensor *tensor);

  int32_t (*rank)(const vernier_tensor *tensor);
  void (*copy_shape)(const vernier_tensor *tensor, int64_t *shape);
  int32_t (*type)(const vernier_tensor *tensor);
  int32_t (*device)(const vernier_tensor *tensor);
  /// Copies all elements out, in row-major order, converted to `type`.
  int32_t (*copy_values)(const vernier_tensor *tensor, int32_t type, void *values, char *message, size_t capacity);
  /// Overwrites the elements in place by another tensor's.
  int32_t (*assign)(vernier_tensor *tensor, const vernier_tensor *source, char *message, size_t capacity);

  int32_t (*apply)(int32_t operation, const vernier_tensor *const *inputs, int32_t input_count, const int64_t *integers,
                   int32_t integer_count, const double *numbers, int32_t number_count, vernier_tensor **result,
                   char *message, size_t capacity);

  /// Whether gradients are recorded on this thread; returns what held before.
  int32_t (*set_recording)(int32_t records);
  int32_t (*set_requires_gradient)(vernier_tensor *tensor, int32_t requires_gradient, char *message, size_t capacity);
  /// Adds the gradients of a tensor of one element to those of everything it was computed from.
  int32_t (*backward)(const vernier_tensor *tensor, char *message, size_t capacity);
  /// A new handle, or null where there is no gradient.
  vernier_tensor *(*gradient)(const vernier_tensor *tensor);
  void (*clear_gradients)(vernier_tensor *const *tensors, int32_t count);
  /// Scales the gradients together so that their common norm is at most `most`; `norm` is what it was.
  int32_t (*clip_gradients)(vernier_tensor *const *tensors, int32_t count, double most, double *norm, char *message,
                            size_t capacity);
  /// One step of Adam, in place, on the tensors that have a gradient. `step` counts from 1.
  int32_t (*adam)(vernier_tensor *const *tensors, vernier_tensor *const *first_moments,
                  vernier_tensor *const *second_moments, int32_t count, double rate, double beta1, double beta2,
                  double epsilon, int64_t step, char *message, size_t capacity);

  /// Whether libtorch is built for CUDA and a device is there.
  int32_t (*has_cuda)(void);
  /// Sets on how many threads operations run at most that the calling thread begins, and returns what held before.
  /// Other threads have numbers of their own, each at first libtorch's.
  vernier_tensors_threads (*set_threads)(vernier_tensors_threads threads);
  /// Lets the allocator keep freed memory instead of giving it back to the system: page faults else take a third of a small
  /// training step. For the whole process.
  void (*keep_memory)(void);
} vernier_tensors_functions;

typedef struct {
  int32_t abi;
  /// The version of libtorch that the plug-in was compiled for, such as "2.13.0".
  const char *built_for;
  /// The version of the libtorch that is there; null where none can be loaded.
  const char *found;
  /// Why the functions cannot be used; null where they can.
  const char *problem;
  /// Null where there is a problem.
  const vernier_tensors_functions *functions;
} vernier_tensors_table;

/// The plug-in's table; it lives as long as the plug-in.
const vernier_tensors_table *vernier_tensors(void);

#ifdef __cplusplus
}
#endif

#endif
