#include "payload.h"

#include <itkGDCMImageIO.h>

#include <cstdio>
#include <cstring>
#include <string_view>

namespace vernier {
namespace {

int nextByte(std::FILE *file) {
  const int byte = getc_unlocked(file);
  if (byte == EOF) failTruncated();
  return byte;
}

/// Walks the markers to the end-of-image marker: libjpeg makes up the samples of a file that ends before it.
void checkJPEG(std::FILE *file) {
  nextByte(file);
  nextByte(file);
  while (true) {
    while (nextByte(file) != 0xff) {}
    int marker = nextByte(file);
    while (marker == 0xff) marker = nextByte(file);
    if (marker == 0xd9) return;
    const bool standsAlone = marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8);
    if (standsAlone) continue;
    const int high = nextByte(file);
    const int length = high << 8 | nextByte(file);
    for (int index = 2; index < length; ++index) nextByte(file);
  }
}

template <typename Value>
Value littleEndian(const unsigned char *bytes) {
  Value value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

void checkBMP(std::FILE *file) {
  unsigned char header[54];
  if (std::fread(header, 1, sizeof header, file) != sizeof header) failTruncated();
  const int64_t offset = littleEndian<uint32_t>(header + 10);
  const int64_t width = littleEndian<int32_t>(header + 18);
  const int64_t height = std::abs(int64_t(littleEndian<int32_t>(header + 22)));
  const int64_t bits = littleEndian<uint16_t>(header + 28);
  const uint32_t compression = littleEndian<uint32_t>(header + 30);
  const int64_t stored = compression == 0 ? (width * bits + 31) / 32 * 4 * height : littleEndian<uint32_t>(header + 34);
  if (sizeOf(file) - offset < stored) failTruncated();
}

int64_t integer(const itk::GDCMImageIO &io, const char *tag, int64_t otherwise) {
  std::string text;
  if (!const_cast<itk::GDCMImageIO &>(io).GetValueFromTag(tag, text) || text.empty()) return otherwise;
  return std::strtoll(text.c_str(), nullptr, 10);
}

}  // namespace

void checkBeforeReading(const std::string &path, int32_t format) {
  switch (format) {
    case VERNIER_FORMAT_NIFTI: return checkNIfTI(path);
    case VERNIER_FORMAT_TIFF: return checkTIFF(path);
    case VERNIER_FORMAT_JPEG: return checkJPEG(openFile(path).get());
    case VERNIER_FORMAT_BMP: return checkBMP(openFile(path).get());
    default: return;
  }
}

void checkDICOM(const std::string &path, const itk::ImageIOBase &base) {
  using namespace std::string_view_literals;
  const auto &io = dynamic_cast<const itk::GDCMImageIO &>(base);
  const File file = openFile(path);
  const size_t size = static_cast<size_t>(sizeOf(file.get()));
  std::string content(size, 0);
  if (std::fread(content.data(), 1, size, file.get()) != size) failTruncated();
  const std::string_view bytes = content;
  // A deflated data set (1.2.840.10008.1.2.1.99) hides its elements; its own stream ends with a check.
  if (bytes.substr(0, 1024).find("1.2.840.10008.1.2.1.99"sv) != bytes.npos) return;

  const int64_t rows = integer(io, "0028|0010", 0), columns = integer(io, "0028|0011", 0);
  const int64_t stored = rows * columns * integer(io, "0028|0002", 1) * integer(io, "0028|0008", 1) *
                         ((integer(io, "0028|0100", 8) + 7) / 8);
  const auto length = [&](size_t position, bool isSwapped) -> int64_t {
    if (position + 4 > size) failTruncated();
    const auto value = littleEndian<uint32_t>(reinterpret_cast<const unsigned char *>(content.data()) + position);
    return isSwapped ? __builtin_bswap32(value) : value;
  };
  // An icon holds pixel data too, so the element that counts is one whose length fits the image.
  for (const auto tag : {"\xe0\x7f\x10\x00"sv, "\x7f\xe0\x00\x10"sv}) {
    const bool isSwapped = tag[0] == '\x7f';
    for (size_t at = bytes.find(tag); at != bytes.npos; at = bytes.find(tag, at + 1)) {
      const auto representation = bytes.substr(at + 4, 2);
      const bool isExplicit = representation == "OW"sv || representation == "OB"sv;
      const size_t start = at + (isExplicit ? 12 : 8);
      const int64_t declared = length(start - 4, isSwapped);
      if (declared == 0xffffffff) {
        if (bytes.find("\xfe\xff\xdd\xe0\0\0\0\0"sv, start) != bytes.npos) return;
      } else if (declared >= stored && declared <= int64_t(size - start)) {
        return;
      }
    }
  }
  failTruncated();
}

}  // namespace vernier
