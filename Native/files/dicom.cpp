#include "payload.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>

namespace vernier {
namespace {

using namespace std::string_view_literals;

[[noreturn]] void failMalformed() { throw Failure(VERNIER_TRUNCATED, "its DICOM elements are not well formed"); }

/// Walks the elements of a DICOM file (PS3.5, section 7; PS3.10, section 7). GDCM takes what is missing from the pixel
/// data as it comes, and ends the process at elements that are not well formed.
class Elements {
public:
  explicit Elements(std::string_view bytes) : bytes(bytes) {}

  void check() {
    position = 132;
    std::string syntax;
    while (position + 8 <= bytes.size() && tag() >> 16 == 2) {
      const uint32_t current = tag();
      const size_t length = header();
      if (length == undefined) failMalformed();
      if (current == 0x00020010) syntax = text(length);
      skip(length);
    }
    // A deflated data set hides its elements; its own stream ends with a check.
    if (syntax == "1.2.840.10008.1.2.1.99") return;
    isSwapped = syntax == "1.2.840.10008.1.2.2";
    isExplicit = syntax != "1.2.840.10008.1.2";
    dataSet(bytes.size(), 0);
    const uint64_t stored = rows * columns * samples * frames * ((bits + 7) / 8);
    const bool isComplete = hasPixels && (isEncapsulated || pixelLength >= stored);
    if (!isComplete) failTruncated();
  }

private:
  static constexpr size_t undefined = 0xffffffff;
  static constexpr int mostNesting = 32;

  template <typename Number>
  Number number(size_t at) const {
    if (at + sizeof(Number) > bytes.size()) failTruncated();
    char copy[sizeof(Number)];
    std::memcpy(copy, bytes.data() + at, sizeof copy);
    if (isSwapped) std::reverse(copy, copy + sizeof copy);
    Number result;
    std::memcpy(&result, copy, sizeof copy);
    return result;
  }

  uint32_t tag() const { return uint32_t(number<uint16_t>(position)) << 16 | number<uint16_t>(position + 2); }

  std::string text(size_t length) const {
    if (length > bytes.size() - position) failTruncated();
    std::string result(bytes.substr(position, length));
    while (!result.empty() && (result.back() == 0 || result.back() == ' ')) result.pop_back();
    return result;
  }

  void skip(size_t length) {
    if (length > bytes.size() - position) failTruncated();
    position += length;
  }

  /// Moves behind the header of an element and returns the length of its value.
  size_t header() {
    const bool isDelimiter = tag() >> 16 == 0xfffe;
    representation = isExplicit && !isDelimiter ? bytes.substr(std::min(position + 4, bytes.size()), 2) : ""sv;
    if (representation.empty()) {
      const size_t length = number<uint32_t>(position + 4);
      position += 8;
      return length;
    }
    const auto is = [this](std::string_view types) {
      for (size_t at = 0; at < types.size(); at += 3) {
        if (types.substr(at, 2) == representation) return true;
      }
      return false;
    };
    if (is("OB OD OF OL OV OW SQ SV UC UN UR UT UV"sv)) {
      const size_t length = number<uint32_t>(position + 8);
      position += 12;
      return length;
    }
    if (!is("AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US"sv)) failMalformed();
    const size_t length = number<uint16_t>(position + 6);
    position += 8;
    return length;
  }

  /// Elements up to `end`, or to the end of an item of undefined length.
  void dataSet(size_t end, int depth) {
    if (depth > mostNesting) failMalformed();
    while (position < end) {
      const uint32_t current = tag();
      const size_t length = header();
      if (current == 0xfffee00d) return;
      if (current == 0x7fe00010 && depth == 0) {
        hasPixels = true;
        isEncapsulated = length == undefined;
        pixelLength = length;
      }
      if (length != undefined) note(current, length, depth);
      if (length == undefined || representation == "SQ"sv) {
        sequence(length == undefined ? bytes.size() : position + length, length == undefined,
                 current == 0x7fe00010, depth);
      } else {
        skip(length);
      }
    }
    if (position > end) failMalformed();
  }

  void sequence(size_t end, bool isOpen, bool isFragments, int depth) {
    if (end > bytes.size()) failTruncated();
    while (isOpen || position < end) {
      const uint32_t current = tag();
      const size_t length = header();
      if (current == 0xfffee0dd) return;
      if (current != 0xfffee000) failMalformed();
      if (isFragments) {
        skip(length);
      } else if (length == undefined) {
        dataSet(bytes.size(), depth + 1);
      } else {
        if (length > bytes.size() - position) failTruncated();
        dataSet(position + length, depth + 1);
      }
    }
  }

  /// Remembers what tells the size of the pixel data; checks what GDCM takes for granted.
  void note(uint32_t current, size_t length, int depth) {
    if (current == 0x00281052 || current == 0x00281053) {
      const std::string value = text(length);
      char *end = nullptr;
      const bool isNumber = std::isfinite(std::strtod(value.c_str(), &end)) && end != value.c_str() && *end == 0;
      if (!isNumber) throw Failure(VERNIER_UNSUPPORTED, "its rescale slope or intercept is not a number");
    }
    if (depth > 0) return;
    switch (current) {
      case 0x00280002: samples = number<uint16_t>(position); break;
      case 0x00280008: frames = std::max(1l, std::strtol(text(length).c_str(), nullptr, 10)); break;
      case 0x00280010: rows = number<uint16_t>(position); break;
      case 0x00280011: columns = number<uint16_t>(position); break;
      case 0x00280100: bits = number<uint16_t>(position); break;
      default: break;
    }
  }

  std::string_view bytes;
  size_t position = 0;
  std::string_view representation;
  bool isSwapped = false, isExplicit = true;
  bool hasPixels = false, isEncapsulated = false;
  uint64_t pixelLength = 0, rows = 0, columns = 0, samples = 1, frames = 1, bits = 8;
};

}  // namespace

void checkDICOM(const std::string &path) {
  const File file = openFile(path);
  std::string content(static_cast<size_t>(sizeOf(file.get())), 0);
  if (std::fread(content.data(), 1, content.size(), file.get()) != content.size()) failTruncated();
  if (content.size() < 132) failTruncated();
  Elements(content).check();
}

}  // namespace vernier
