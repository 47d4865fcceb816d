/// Units of length by the names that files give them.
#pragma once

#include <cmath>
#include <optional>
#include <string>

namespace vernier {

struct Unit {
  /// The usual symbol, in UTF-8.
  std::string symbol;
  double millimetres;

  /// A length in this unit in millimetres; 0.65 µm are the number 0.00065 and not its neighbour.
  double inMillimetres(double length) const {
    return millimetres < 1 ? length / std::round(1 / millimetres) : length * millimetres;
  }
};

/// The unit of a name such as "um", "micron" or "\u00B5m"; none where it is no physical one, such as "pixel".
std::optional<Unit> findUnit(const std::string &name);

}  // namespace vernier
