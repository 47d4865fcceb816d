/// The boundary between Vernier and its `transforms` plug-in, which reads and writes ITK's transforms in HDF5: plain C, no
/// exception crosses it.
///
/// The plug-in exports one function for callers, `vernier_transforms`. The table that it returns starts with the ABI
/// number, which the caller compares with `VERNIER_TRANSFORMS_ABI` before it reads any further member. Change the number
/// with every change here.
#ifndef VERNIER_TRANSFORMS_H
#define VERNIER_TRANSFORMS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define VERNIER_TRANSFORMS_ABI 1

enum {
  VERNIER_TRANSFORMS_OK = 0,
  /// It is HDF5 without ITK's transforms.
  VERNIER_TRANSFORMS_NONE,
  /// The library that is there is not the one that the plug-in was built for.
  VERNIER_TRANSFORMS_WRONG_VERSION,
  VERNIER_TRANSFORMS_FAILED
};

/// One transform of a file. Its type is such as `AffineTransform_double_3_3`; numbers that are not there are null.
typedef struct {
  const char *type;
  const double *parameters;
  int64_t parameter_count;
  const double *fixed;
  int64_t fixed_count;
} vernier_transform;

/// The transforms of a file, owned by the plug-in until released.
typedef struct vernier_transform_list vernier_transform_list;

typedef struct {
  int32_t abi;
  /// The name and version of the library that the plug-in was built for, such as "HDF5 1.10.8". With another it reads and
  /// writes nothing.
  const char *library;

  /// Reads a file. On failure `list` is null and `message` holds one line.
  int32_t (*read)(const char *path, vernier_transform_list **list, char *message, size_t capacity);

  /// The transforms in their order; valid until the list is released.
  const vernier_transform *(*items)(const vernier_transform_list *list, int64_t *count);

  void (*release)(vernier_transform_list *list);

  /// Writes a file; of a composite the type alone counts.
  int32_t (*write)(const char *path, const vernier_transform *items, int64_t count, char *message, size_t capacity);

  /// From now on HDF5 does nothing at exit, where it would close files that are open, and print what keeps it from that.
  /// For the whole process: call it before any thread uses HDF5.
  void (*configure_process)(void);
} vernier_transforms_table;

/// The plug-in's table; it lives as long as the plug-in.
const vernier_transforms_table *vernier_transforms(void);

#ifdef __cplusplus
}
#endif

#endif
