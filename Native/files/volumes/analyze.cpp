#include "matlab.h"
#include "nifti_header.h"
#include "../payload.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace vernier {
namespace {

/// The name with `.mat` in place of the header's ending.
std::string matlabPath(const std::string &headerPath) {
  std::string stem = headerPath;
  if (hasEnding(stem, ".gz")) stem.erase(stem.size() - 3);
  return stem.erase(stem.size() - std::min<size_t>(stem.size(), 4)) + ".mat";
}

/// SPM's matrix, from voxels counted from 1 to millimetres, x to the right.
Placement placement(const std::string &path) {
  const auto matrices = readMatlab(path);
  // “mat” has the flip of the first axis in it, the older “M” has not.
  const bool isNew = matrices.count("mat") > 0;
  const auto found = matrices.find(isNew ? "mat" : "M");
  const bool isMatrix = found != matrices.end() && found->second.size.size() >= 2 && found->second.size[0] == 4 &&
                        found->second.size[1] == 4 && found->second.elements.size() >= 16;
  if (!isMatrix) {
    throw Failure(
      VERNIER_UNSUPPORTED, path + " beside it has no 4 × 4 matrix “mat” or “M”; take it away, or write it anew");
  }
  const auto &elements = found->second.elements;
  Placement result;
  for (size_t row = 0; row < 3; ++row) {
    const double sign = row == 0 && !isNew ? -1 : 1;
    double place = elements[12 + row];
    for (size_t axis = 0; axis < 3; ++axis) {
      result[4 * row + axis] = sign * elements[4 * axis + row];
      place += elements[4 * axis + row];
    }
    result[4 * row + 3] = sign * place;
  }
  return result;
}

}  // namespace

void setAnalyzeGrid(Volume &volume, const NIfTIFields &fields, const std::string &headerPath, std::string &remarks) {
  const std::string path = matlabPath(headerPath);
  if (access(path.c_str(), R_OK) == 0) {
    remarks += "Analyze 7.5: its place in space is that in " + path.substr(path.rfind('/') + 1) + ", as SPM has it\n";
    place(volume, placement(path), {"mm", 1});
    return;
  }
  double spacing[3] = {1, 1, 1}, length[3] = {1, 1, 1}, center[3] = {};
  for (int axis = 0; axis < std::min<int64_t>(fields.dimensions[0], 3); ++axis) {
    spacing[axis] = std::abs(fields.spacing[axis + 1]);
    length[axis] = double(fields.dimensions[axis + 1]);
    if (length[axis] > 1 && (!(spacing[axis] > 0) || spacing[axis] > 1e9)) {
      throw Failure(VERNIER_UNUSABLE_SPACING, std::to_string(fields.spacing[axis + 1]));
    }
  }
  // nibabel's rule for a field that SPM alone fills.
  bool isTold = false, isPlausible = true;
  for (int axis = 0; axis < 3; ++axis) {
    const double told = fields.spmOrigin[axis];
    isTold = isTold || told != 0;
    isPlausible = isPlausible && told > -length[axis] && told < 2 * length[axis];
  }
  isTold = isTold && isPlausible;
  for (int axis = 0; axis < 3; ++axis) center[axis] = isTold ? fields.spmOrigin[axis] - 1.0 : (length[axis] - 1) / 2;
  remarks += std::string("Analyze 7.5: x is taken as left, y as front and z as head, ") +
             (isTold ? "from SPM's origin in the header\n" : "about the middle; the header tells no place in space\n");
  place(volume, {-spacing[0], 0, 0, spacing[0] * center[0], 0, spacing[1], 0, -spacing[1] * center[1], 0, 0, spacing[2],
                 -spacing[2] * center[2]},
        {"mm", 1});
}

}  // namespace vernier
