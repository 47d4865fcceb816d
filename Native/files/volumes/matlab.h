/// Matrices out of MATLAB's files, as SPM puts them beside Analyze files.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace vernier {

struct MatlabMatrix {
  std::vector<int64_t> size;
  /// Column by column.
  std::vector<double> elements;
};

/// The matrices of real numbers in a file of MATLAB's level 4 or 5, by their names; others are passed over. Throws
/// `Failure` where it is neither.
std::map<std::string, MatlabMatrix> readMatlab(const std::string &path);

}  // namespace vernier
