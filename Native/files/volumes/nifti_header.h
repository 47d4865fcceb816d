/// The headers of NIfTI-1, NIfTI-2 and Analyze 7.5.
#pragma once

#include "../units.h"
#include "volume.h"

#include <array>
#include <string_view>

namespace vernier {

/// Three rows of four: the steps along the axes, and in the last column the first sample's place.
using Placement = std::array<double, 12>;

/// The fields that decide what is read and written; nifti1.h and nifti2.h say what they mean.
struct NIfTIFields {
  enum class Kind { analyze, nifti1, nifti2 };

  Kind kind = Kind::nifti1;
  /// The number of axes, and the length of each.
  int64_t dimensions[8] = {};
  double intentParameters[3] = {};
  int32_t intent = 0;
  int32_t datatype = 0;
  int32_t bitsPerVoxel = 0;
  /// The sign of the third axis, and the spacing along each.
  double spacing[8] = {};
  double offset = 0;
  double slope = 0;
  double intercept = 0;
  int32_t units = 0;
  double displayMost = 0, displayLeast = 0;
  /// Of the stored numbers, in an Analyze file.
  int32_t most = 0, least = 0;
  char description[80] = {};
  char auxiliary[24] = {};
  int32_t qformCode = 0, sformCode = 0;
  double quaternion[3] = {};
  double qformOffset[3] = {};
  Placement sform = {};
  char intentName[16] = {};
  /// When slices were taken, and which axes are those of the scanner's frequency and phase; for series in time.
  int64_t sliceStart = 0, sliceEnd = 0;
  double sliceDuration = 0, timeOffset = 0;
  int32_t sliceCode = 0;
  uint8_t axisRoles = 0;
  /// SPM's place of the world's origin, counted from 1, in an Analyze file.
  int16_t spmOrigin[3] = {};

  /// The unit of length; an unknown one is taken as millimetres.
  Unit unit() const;

  /// In the file's unit, x to the right, y to the front, z to the head.
  Placement qform() const;

  /// Walks the fields of a header of this kind in their order.
  template <typename Visitor>
  void visit(Visitor &visitor);

  /// The header as it stands in a file, in the machine's byte order.
  std::string bytes() const;
};

/// A header that was read.
struct NIfTIHeader : vernier_header {
  NIfTIFields fields;
  /// The samples are in a file of their own.
  bool isPair = false;
  bool isSwapped = false;

  /// Throws `Failure` where there is no such header.
  explicit NIfTIHeader(const std::string &path);
};

/// Where a header and its samples are; for a single file the same.
struct NIfTINames {
  std::string header;
  std::string samples;
};

/// The files that the name of either stands for; without a partner beside it the name stands for both.
NIfTINames niftiNames(const std::string &path);

/// Whether a file begins as NIfTI-1 or NIfTI-2 does.
bool isNIfTI(std::string_view bytes);

/// Whether it may be a header of Analyze 7.5, which has no mark of its own.
bool isAnalyze(std::string_view bytes);

/// The file's axes and numbers. Throws `Failure` where no image can be made of them.
void setAxes(Volume &volume, const NIfTIFields &fields);

/// The file's grid in millimetres, x to the left and y to the back. What a person should know of it becomes a line of
/// `remarks`.
void setGrid(Volume &volume, const NIfTIFields &fields, std::string &remarks);

/// The same for an Analyze file, whose grid SPM may have put into a file beside it.
void setAnalyzeGrid(Volume &volume, const NIfTIFields &fields, const std::string &headerPath, std::string &remarks);

/// Sets the grid from a matrix as the file has it.
void place(Volume &volume, const Placement &placement, const Unit &unit);

}  // namespace vernier
