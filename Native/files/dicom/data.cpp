#include "data.h"

#include "../payload.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace vernier {
namespace {

using namespace std::string_view_literals;

constexpr size_t undefined = 0xffffffff;
constexpr int mostNesting = 32;
constexpr uint32_t item = 0xfffee000, itemEnd = 0xfffee00d, sequenceEnd = 0xfffee0dd;

[[noreturn]] void failMalformed() {
  throw Failure(VERNIER_DAMAGED, "its DICOM elements are not well formed");
}

[[noreturn]] void failEarly() { throw Failure(VERNIER_TRUNCATED, "an element goes on beyond the end of the file"); }

template <typename Number>
Number number(std::string_view bytes, size_t at, bool isSwapped) {
  if (at > bytes.size() || sizeof(Number) > bytes.size() - at) failEarly();
  char copy[sizeof(Number)];
  std::memcpy(copy, bytes.data() + at, sizeof copy);
  if (isSwapped) std::reverse(copy, copy + sizeof copy);
  Number result;
  std::memcpy(&result, copy, sizeof copy);
  return result;
}

/// The head of an element: its tag, and the length of its value.
struct Head {
  uint32_t tag;
  std::string_view type;
  size_t length;
};

/// Walks elements from the front.
class Walk {
public:
  Walk(std::string_view bytes, DICOMSyntax syntax, size_t &position)
      : bytes(bytes), syntax(syntax), position(position) {}

  uint32_t tag() const {
    return uint32_t(number<uint16_t>(bytes, position, syntax.isSwapped)) << 16 |
           number<uint16_t>(bytes, position + 2, syntax.isSwapped);
  }

  /// Moves behind the head of an element.
  Head head() {
    Head result{tag(), {}, 0};
    if (result.tag >> 16 == 0xfffe || !syntax.isExplicit) {
      result.length = number<uint32_t>(bytes, position + 4, syntax.isSwapped);
      position += 8;
      return result;
    }
    number<uint16_t>(bytes, position + 4, false);
    result.type = bytes.substr(position + 4, 2);
    const auto isOneOf = [&](std::string_view types) {
      for (size_t at = 0; at < types.size(); at += 3) {
        if (types.substr(at, 2) == result.type) return true;
      }
      return false;
    };
    if (isOneOf("OB OD OF OL OV OW SQ SV UC UN UR UT UV"sv)) {
      result.length = number<uint32_t>(bytes, position + 8, syntax.isSwapped);
      position += 12;
      return result;
    }
    if (!isOneOf("AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US"sv)) failMalformed();
    result.length = number<uint16_t>(bytes, position + 6, syntax.isSwapped);
    position += 8;
    return result;
  }

  std::string_view take(size_t length) {
    if (length > bytes.size() - position) failEarly();
    const auto value = bytes.substr(position, length);
    position += length;
    return value;
  }

  /// Moves behind a value of undefined length, and returns it without its end.
  std::string_view takeOpen(int depth) {
    if (depth > mostNesting) failMalformed();
    const size_t start = position;
    while (true) {
      const size_t before = position;
      const Head current = head();
      if (current.tag == sequenceEnd) return bytes.substr(start, before - start);
      if (current.tag != item) failMalformed();
      if (current.length != undefined) {
        take(current.length);
        continue;
      }
      // The item's own elements lead to its end.
      while (true) {
        const Head inner = head();
        if (inner.tag == itemEnd) break;
        if (inner.length != undefined) {
          take(inner.length);
        } else {
          inside(inner).takeOpen(depth + 1);
        }
      }
    }
  }

  /// What walks the value of an element: one of unknown type has no types inside (PS3.5, section 6.2.2).
  Walk inside(const Head &head) {
    const bool isUnknown = head.type == "UN"sv;
    return Walk(bytes, isUnknown ? DICOMSyntax{false, false} : syntax, position);
  }

private:
  std::string_view bytes;
  DICOMSyntax syntax;
  size_t &position;
};

}  // namespace

DICOMData::DICOMData(std::string_view bytes, DICOMSyntax syntax, size_t &position, bool isItem)
  : syntax(syntax) {
  Walk walk(bytes, syntax, position);
  while (position < bytes.size()) {
    // Some writers fill a file up with zeros.
    const bool isFilling = !isItem && bytes.find_first_not_of('\0', position) == bytes.npos;
    if (isFilling) {
      position = bytes.size();
      return;
    }
    const Head head = walk.head();
    if (head.tag == itemEnd && isItem) return;
    if (head.tag >> 16 == 0xfffe) failMalformed();
    DICOMElement element;
    element.hasLength = head.length != undefined;
    element.type = head.type;
    element.value = element.hasLength ? walk.take(head.length) : walk.inside(head).takeOpen(0);
    elements.emplace(head.tag, element);
  }
  if (isItem) failEarly();
}

const DICOMElement *DICOMData::find(uint32_t tag) const {
  const auto found = elements.find(tag);
  return found == elements.end() ? nullptr : &found->second;
}

std::string DICOMData::text(uint32_t tag) const {
  const auto element = find(tag);
  if (!element) return {};
  std::string result(element->value);
  while (!result.empty() && (result.back() == 0 || result.back() == ' ')) result.pop_back();
  result.erase(0, std::min(result.find_first_not_of(' '), result.size()));
  return result;
}

std::vector<double> DICOMData::decimals(uint32_t tag) const {
  std::vector<double> result;
  std::string rest = text(tag);
  if (rest.empty()) return result;
  rest += '\\';
  for (size_t end; (end = rest.find('\\')) != std::string::npos; rest.erase(0, end + 1)) {
    std::string word = rest.substr(0, end);
    while (!word.empty() && word.back() == ' ') word.pop_back();
    char *stop = nullptr;
    const double value = std::strtod(word.c_str(), &stop);
    if (word.empty() || *stop != 0 || !std::isfinite(value)) {
      char name[16];
      std::snprintf(name, sizeof name, "(%04X,%04X)", tag >> 16, tag & 0xffff);
      throw Failure(VERNIER_UNSUPPORTED, std::string("its element ") + name + " has “" + word.substr(0, 16) +
                                           "” where a number belongs; correct it");
    }
    result.push_back(value);
  }
  return result;
}

std::optional<double> DICOMData::decimal(uint32_t tag) const {
  const auto values = decimals(tag);
  if (values.empty()) return {};
  return values[0];
}

template <typename Number>
std::vector<Number> DICOMData::numbers(uint32_t tag) const {
  std::vector<Number> result;
  const auto element = find(tag);
  if (!element) return result;
  for (size_t at = 0; at + sizeof(Number) <= element->value.size(); at += sizeof(Number)) {
    result.push_back(number<Number>(element->value, at, syntax.isSwapped));
  }
  return result;
}

template std::vector<uint16_t> DICOMData::numbers(uint32_t) const;
template std::vector<uint32_t> DICOMData::numbers(uint32_t) const;
template std::vector<uint64_t> DICOMData::numbers(uint32_t) const;
template std::vector<double> DICOMData::numbers(uint32_t) const;

std::optional<uint16_t> DICOMData::word(uint32_t tag) const {
  const auto values = words(tag);
  if (values.empty()) return {};
  return values[0];
}

std::vector<DICOMData> DICOMData::items(uint32_t tag) const {
  std::vector<DICOMData> result;
  const auto element = find(tag);
  if (!element) return result;
  size_t position = 0;
  Walk walk(element->value, syntax, position);
  while (position < element->value.size()) {
    const Head head = walk.head();
    if (head.tag != item) failMalformed();
    if (head.length == undefined) {
      result.emplace_back(element->value, syntax, position, true);
    } else {
      const auto inner = walk.take(head.length);
      size_t place = 0;
      result.emplace_back(inner, syntax, place);
    }
  }
  return result;
}

DICOMData DICOMData::first(uint32_t tag) const {
  auto all = items(tag);
  return all.empty() ? DICOMData() : std::move(all[0]);
}

std::vector<std::string_view> DICOMData::fragments(uint32_t tag) const {
  std::vector<std::string_view> result;
  const auto element = find(tag);
  if (!element) return result;
  size_t position = 0;
  Walk walk(element->value, syntax, position);
  while (position < element->value.size()) {
    const Head head = walk.head();
    if (head.tag != item || head.length == undefined) failMalformed();
    result.push_back(walk.take(head.length));
  }
  return result;
}

}  // namespace vernier
