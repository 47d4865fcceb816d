/// Volumes as the headers of NIfTI, NRRD and MetaImage tell them: axes in any order, some in space, some not.
#pragma once

#include "../files.h"

#include <functional>
#include <optional>

namespace vernier {

/// What an axis counts: places in space, the numbers of one sample, or volumes one after another.
enum class AxisRole { space, channel, frame };

struct Axis {
  AxisRole role;
  int64_t size;
};

/// The value of a stored number: slope · number + intercept.
struct Scaling {
  double slope = 1;
  double intercept = 0;
};

/// What a header says, whatever the format.
struct Volume {
  /// The axes as they are stored, the fastest first. Those in space stand in the order of the geometry.
  std::vector<Axis> axes;
  double spacing[3] = {1, 1, 1};
  double origin[3] = {0, 0, 0};
  /// 3 × 3 elements, row by row; a column is an axis.
  double direction[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  /// One of `VERNIER_SAMPLE_…`.
  int32_t type = VERNIER_SAMPLE_UINT8;
  std::optional<Scaling> scaling;
  bool isColor = false;
  /// The channels are all colours, or the last is opacity.
  bool hasAlpha = false;

  /// How many numbers are stored. Throws `Failure` where no machine holds as many.
  size_t count() const;
  size_t byteCount() const { return count() * sampleSize(type); }
  /// How many axes have the role.
  int32_t number(AxisRole role) const;

  /// Sets spacing and direction from the steps from sample to sample: 3 × 3 elements, row by row, a column an axis.
  void setSteps(const double *steps);
};

/// Returns `count` stored numbers from the one with the index `first` on, in the machine's byte order.
using Load = std::function<Bytes(size_t first, size_t count)>;

/// The part of a volume; `load` is called once.
Answer take(const Volume &volume, int32_t format, const vernier_part &part, const Load &load);

/// Checks and sets the rank, the sizes and the grid of up to three axes; axes of size 1 at the end are dropped.
///
/// The arrays have three elements, and `direction` nine, row by row, a column an axis.
void setGrid(vernier_image &image, const int64_t *size, const double *spacing, const double *origin,
             const double *direction);

/// Says in which unit the file gives lengths.
void setUnit(vernier_image &image, const std::string &symbol);

/// Applies slope and intercept; gives floats, or doubles where doubles are stored.
void rescale(vernier_samples &samples, const Scaling &scaling);

}  // namespace vernier
