#include "payload.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace vernier {
namespace {

/// Walks the directories of a TIFF or BigTIFF file (TIFF 6.0, section 2) without decoding samples.
class Directories {
public:
  explicit Directories(std::FILE *file) : file(file), fileSize(sizeOf(file)) {
    char header[16] = {};
    if (std::fread(header, 1, 8, file) != 8) failTruncated();
    isSwapped = header[0] == 'M';
    isBig = number<uint16_t>(header + 2) == 43;
    if (isBig && std::fread(header + 8, 1, 8, file) != 8) failTruncated();
    next = isBig ? number<uint64_t>(header + 8) : number<uint32_t>(header + 4);
  }

  void check() {
    std::set<uint64_t> visited;
    while (next != 0) {
      if (!visited.insert(next).second) throw Failure(VERNIER_TRUNCATED, "its pages refer to one another in a circle");
      checkDirectory();
    }
  }

private:
  template <typename Number>
  Number number(const char *bytes) const {
    char copy[sizeof(Number)];
    std::memcpy(copy, bytes, sizeof copy);
    if (isSwapped) std::reverse(copy, copy + sizeof copy);
    Number result;
    std::memcpy(&result, copy, sizeof copy);
    return result;
  }

  std::vector<char> read(uint64_t position, uint64_t count) {
    if (count > uint64_t(fileSize) || position > uint64_t(fileSize) - count) failTruncated();
    std::vector<char> bytes(count);
    std::fseek(file, static_cast<long>(position), SEEK_SET);
    if (std::fread(bytes.data(), 1, count, file) != count) failTruncated();
    return bytes;
  }

  static size_t typeSize(int type) {
    static const size_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
    return type >= 0 && type < int(std::size(sizes)) ? sizes[type] : 0;
  }

  /// The unsigned values of an entry; empty for other types.
  std::vector<uint64_t> values(const char *entry) {
    const int type = number<uint16_t>(entry + 2);
    const uint64_t count = isBig ? number<uint64_t>(entry + 4) : number<uint32_t>(entry + 4);
    if (count > uint64_t(fileSize)) failTruncated();
    const size_t inlineSize = isBig ? 8 : 4;
    const char *field = entry + (isBig ? 12 : 8);
    const uint64_t byteCount = count * typeSize(type);
    std::vector<char> bytes(field, field + inlineSize);
    if (byteCount > inlineSize) {
      bytes = read(isBig ? number<uint64_t>(field) : number<uint32_t>(field), byteCount);
    }
    std::vector<uint64_t> result;
    if (type != 1 && type != 3 && type != 4 && type != 16) return result;
    for (uint64_t index = 0; index < count; ++index) {
      const char *value = bytes.data() + index * typeSize(type);
      result.push_back(type == 1   ? number<uint8_t>(value)
                       : type == 3 ? number<uint16_t>(value)
                       : type == 4 ? number<uint32_t>(value)
                                   : number<uint64_t>(value));
    }
    return result;
  }

  void checkDirectory() {
    const size_t countSize = isBig ? 8 : 2, entrySize = isBig ? 20 : 12, pointerSize = isBig ? 8 : 4;
    const auto countBytes = read(next, countSize);
    const uint64_t count = isBig ? number<uint64_t>(countBytes.data()) : number<uint16_t>(countBytes.data());
    if (count > 65535) failTruncated();
    const auto bytes = read(next + countSize, count * entrySize + pointerSize);

    std::vector<uint64_t> offsets, lengths;
    uint64_t width = 0, height = 0, kind = 0;
    for (uint64_t index = 0; index < count; ++index) {
      const char *entry = bytes.data() + index * entrySize;
      const int tag = number<uint16_t>(entry);
      const auto found = values(entry);
      const uint64_t first = found.empty() ? 0 : found[0];
      if (tag == 254) kind = first;
      if (tag == 256) width = first;
      if (tag == 257) height = first;
      if (tag == 273 || tag == 324) offsets = found;
      if (tag == 279 || tag == 325) lengths = found;
    }
    for (size_t strip = 0; strip < std::min(offsets.size(), lengths.size()); ++strip) {
      const uint64_t size = static_cast<uint64_t>(fileSize);
      if (lengths[strip] > size || offsets[strip] > size - lengths[strip]) failTruncated();
    }
    // Bit 0 marks a reduced copy, bit 2 a mask: neither is a page.
    if ((kind & 5) == 0) {
      if (firstWidth == 0) {
        firstWidth = width;
        firstHeight = height;
      } else if (width != firstWidth || height != firstHeight) {
        throw Failure(VERNIER_UNSUPPORTED, "its pages differ in size: save each page as a file");
      }
    }
    const char *pointer = bytes.data() + count * entrySize;
    next = isBig ? number<uint64_t>(pointer) : number<uint32_t>(pointer);
  }

  std::FILE *file;
  int64_t fileSize;
  bool isSwapped = false;
  bool isBig = false;
  uint64_t next = 0;
  uint64_t firstWidth = 0, firstHeight = 0;
};

}  // namespace

void checkTIFF(const std::string &path) {
  const File file = openFile(path);
  Directories(file.get()).check();
}

}  // namespace vernier
