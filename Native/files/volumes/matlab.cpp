#include "matlab.h"

#include "../payload.h"

#include <zlib.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace vernier {
namespace {

using Matrices = std::map<std::string, MatlabMatrix>;

constexpr size_t mostBytes = 1 << 24;

[[noreturn]] void fail() {
  throw Failure(VERNIER_UNSUPPORTED, "the MATLAB file beside it is not one that can be read");
}

/// What is left of a file, taken from the front.
class Cursor {
public:
  Cursor(std::string_view bytes, bool isSwapped) : bytes(bytes), isSwapped(isSwapped) {}

  bool isAtEnd() const { return bytes.empty(); }

  template <typename Number>
  Number number() {
    char copy[sizeof(Number)];
    std::memcpy(copy, part(sizeof copy).data(), sizeof copy);
    if (isSwapped) std::reverse(copy, copy + sizeof copy);
    Number result;
    std::memcpy(&result, copy, sizeof copy);
    return result;
  }

  std::string_view part(size_t count) {
    if (count > bytes.size()) fail();
    const auto result = bytes.substr(0, count);
    bytes.remove_prefix(count);
    return result;
  }
  Cursor within(size_t count) { return Cursor(part(count), isSwapped); }

  std::string_view bytes;
  bool isSwapped;
};

template <typename Stored>
void append(Cursor source, std::vector<double> &elements) {
  while (source.bytes.size() >= sizeof(Stored)) elements.push_back(static_cast<double>(source.number<Stored>()));
}

/// Level 4: a header of five numbers, the name and the elements.
void readOld(Cursor file, Matrices &matrices) {
  while (!file.isAtEnd()) {
    const auto kind = file.number<int32_t>(), rows = file.number<int32_t>(), columns = file.number<int32_t>();
    const auto isComplex = file.number<int32_t>(), nameSize = file.number<int32_t>();
    if (rows < 0 || columns < 0 || nameSize < 1 || rows > 1 << 20 || columns > 1 << 20) fail();
    std::string name(file.part(static_cast<size_t>(nameSize)));
    name.resize(std::strlen(name.c_str()));
    static constexpr size_t sizes[] = {8, 4, 4, 2, 2, 1};
    const int type = kind / 10 % 10;
    if (kind < 0 || type > 5) fail();
    const size_t count = static_cast<size_t>(rows) * static_cast<size_t>(columns);
    const Cursor source = file.within(count * sizes[type]);
    if (isComplex == 1) file.part(count * sizes[type]);
    MatlabMatrix matrix{{rows, columns}, {}};
    switch (type) {
      case 0: append<double>(source, matrix.elements); break;
      case 1: append<float>(source, matrix.elements); break;
      case 2: append<int32_t>(source, matrix.elements); break;
      case 3: append<int16_t>(source, matrix.elements); break;
      case 4: append<uint16_t>(source, matrix.elements); break;
      default: append<uint8_t>(source, matrix.elements); break;
    }
    matrices[name] = matrix;
  }
}

std::string unpacked(std::string_view packed) {
  std::string result(mostBytes, 0);
  uLongf count = result.size();
  const auto *source = reinterpret_cast<const Bytef *>(packed.data());
  if (uncompress(reinterpret_cast<Bytef *>(result.data()), &count, source, packed.size()) != Z_OK) fail();
  result.resize(count);
  return result;
}

struct Element {
  uint32_t type;
  Cursor content;
};

/// An element of level 5: its type, its length and its bytes, which are filled up to a multiple of 8.
Element nextElement(Cursor &file) {
  const auto first = file.number<uint32_t>();
  // A short element has its length beside its type.
  if (first >> 16 != 0) {
    const auto bytes = file.within(4);
    if (first >> 16 > 4) fail();
    return {first & 0xffff, Cursor(bytes.bytes.substr(0, first >> 16), file.isSwapped)};
  }
  const size_t count = file.number<uint32_t>();
  const auto content = file.within(count);
  constexpr uint32_t compressed = 15;
  const size_t filling = first == compressed ? 0 : (8 - count % 8) % 8;
  file.part(std::min(filling, file.bytes.size()));
  return {first, content};
}

void appendElements(const Element &element, std::vector<double> &elements) {
  switch (element.type) {
    case 1: return append<int8_t>(element.content, elements);
    case 2: return append<uint8_t>(element.content, elements);
    case 3: return append<int16_t>(element.content, elements);
    case 4: return append<uint16_t>(element.content, elements);
    case 5: return append<int32_t>(element.content, elements);
    case 6: return append<uint32_t>(element.content, elements);
    case 7: return append<float>(element.content, elements);
    case 9: return append<double>(element.content, elements);
    default: return;
  }
}

/// Level 5: a header of 128 bytes, then elements.
void readNew(Cursor file, Matrices &matrices, int depth = 0) {
  constexpr uint32_t matrix = 14, compressed = 15;
  while (!file.isAtEnd()) {
    Element element = nextElement(file);
    if (element.type == compressed && depth == 0) {
      const std::string bytes = unpacked(element.content.bytes);
      readNew(Cursor(bytes, file.isSwapped), matrices, 1);
    }
    if (element.type != matrix) continue;
    Cursor &content = element.content;
    auto flags = nextElement(content).content;
    const int kind = static_cast<int>(flags.number<uint32_t>() & 0xff);
    MatlabMatrix result;
    std::vector<double> size;
    appendElements(nextElement(content), size);
    const std::string name(nextElement(content).content.bytes);
    // 6 to 15 are matrices of numbers; cells, structures and texts are others.
    if (kind < 6 || kind > 15) continue;
    for (const double length : size) result.size.push_back(static_cast<int64_t>(length));
    appendElements(nextElement(content), result.elements);
    matrices[name] = result;
  }
}

}  // namespace

std::map<std::string, MatlabMatrix> readMatlab(const std::string &path) {
  const File file = openFile(path);
  const auto size = static_cast<size_t>(sizeOf(file.get()));
  if (size > mostBytes) fail();
  std::string content(size, 0);
  if (std::fread(content.data(), 1, size, file.get()) != size) fail();
  Matrices matrices;
  constexpr size_t headerSize = 128;
  const std::string_view mark = size >= headerSize ? std::string_view(content).substr(126, 2) : std::string_view();
  if (mark == "IM" || mark == "MI") {
    readNew(Cursor(std::string_view(content).substr(headerSize), mark == "MI"), matrices);
  } else {
    // The thousands of the first number say the byte order: 1 where the most significant byte comes first.
    const bool isBig = size >= 4 && content[0] == 0 && content[1] == 0 && (content[2] != 0 || content[3] != 0);
    readOld(Cursor(content, isBig), matrices);
  }
  return matrices;
}

}  // namespace vernier
