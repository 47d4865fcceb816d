/// The elements of DICOM data (PS3.5, section 7), without what they mean.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vernier {

/// How elements are written.
struct DICOMSyntax {
  /// Types stand beside the tags.
  bool isExplicit = true;
  bool isSwapped = false;
};

struct DICOMElement {
  /// The bytes of the value; of one of undefined length all that belongs to it, its delimiter left out.
  std::string_view value;
  bool hasLength = true;
  /// Such as OW; empty where types do not stand beside the tags.
  std::string_view type;
};

/// A data set: elements by their tags, group and number in one. It does not own the bytes.
class DICOMData {
public:
  DICOMData() = default;

  /// Takes the elements from the front, up to the end, or to an item's delimiter where `isItem`. `position` becomes the
  /// place behind them. Throws `Failure` where one lies beyond the end, or is not well formed.
  DICOMData(std::string_view bytes, DICOMSyntax syntax, size_t &position, bool isItem = false);

  const DICOMElement *find(uint32_t tag) const;
  bool has(uint32_t tag) const { return find(tag) != nullptr; }

  /// A text without what fills it up; empty where there is none.
  std::string text(uint32_t tag) const;
  /// The numbers of a text with backslashes between. Throws where one is none.
  std::vector<double> decimals(uint32_t tag) const;
  std::optional<double> decimal(uint32_t tag) const;
  /// Binary numbers of 16 or 32 bits without sign, or of 64-bit floats.
  std::optional<uint16_t> word(uint32_t tag) const;
  std::vector<uint16_t> words(uint32_t tag) const { return numbers<uint16_t>(tag); }
  std::vector<uint32_t> longs(uint32_t tag) const { return numbers<uint32_t>(tag); }
  std::vector<double> doubles(uint32_t tag) const { return numbers<double>(tag); }
  std::vector<uint64_t> longest(uint32_t tag) const { return numbers<uint64_t>(tag); }

  /// The data sets of a sequence; none where there is no such sequence.
  std::vector<DICOMData> items(uint32_t tag) const;
  /// The fragments of an encapsulated value, the table of offsets first.
  std::vector<std::string_view> fragments(uint32_t tag) const;

  /// Of the first item of a sequence; empty where there is none.
  DICOMData first(uint32_t tag) const;

  DICOMSyntax syntax;

private:
  template <typename Number>
  std::vector<Number> numbers(uint32_t tag) const;

  std::map<uint32_t, DICOMElement> elements;
};

}  // namespace vernier
