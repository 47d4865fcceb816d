/// The text at the head of an NRRD file (teem.sourceforge.net/nrrd/format.html).
#pragma once

#include "../payload.h"
#include "../units.h"

#include <cmath>
#include <limits>
#include <map>
#include <optional>

namespace vernier {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

struct NRRDHeader : vernier_header {
  /// Throws `Failure` where the text is no header.
  explicit NRRDHeader(const std::string &path);

  /// The fields' values by their names in small letters without spaces.
  std::map<std::string, std::string> fields;
  /// The names of data files that follow the header's last line.
  std::vector<std::string> listedFiles;
  /// Where the header ends in the file.
  uint64_t end = 0;

  bool has(const std::string &name) const { return fields.count(name) > 0; }
  /// The value of a field; empty where there is none.
  std::string text(const std::string &name) const;
  /// The words of a field's value; those in quotes count as one.
  std::vector<std::string> words(const std::string &name) const;
  /// The numbers of a field, one an axis; `unknown` where the header says so. Throws where there are not `count`.
  std::vector<double> numbers(const std::string &name, size_t count) const;
  /// The vectors of a field, such as `(1,0,0) none`; an empty one where there is none.
  std::vector<std::vector<double>> vectors(const std::string &name) const;
  int64_t integer(const std::string &name, int64_t otherwise) const;

  /// How many numbers a place in space has; 0 where the header tells none.
  size_t spaceDimension() const;
  /// 1 or −1 for each of the first three of them: what makes the file's directions left, back and head.
  std::vector<double> signs() const;
  /// The unit of length along each; one that is not told or not physical is taken as millimetres.
  std::vector<Unit> units() const;
};

/// The places of the samples: what the header says, and the files that it names.
std::vector<Payload> nrrdPayloads(const NRRDHeader &header, const std::string &path, const std::vector<int64_t> &sizes,
                                  int32_t type);

}  // namespace vernier
