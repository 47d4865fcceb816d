#include "payload.h"

#include <cstdio>
#include <cstring>

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
  if (compression > 1) throw Failure(VERNIER_UNSUPPORTED, "its kind of BMP is not supported; save it as PNG");
  const int64_t stored = compression == 0 ? (width * bits + 31) / 32 * 4 * height : littleEndian<uint32_t>(header + 34);
  // A run of two bytes holds 255 samples at most.
  if (sizeOf(file) - offset < stored || width * height > stored * 128) failTruncated();
}

}  // namespace

void checkBeforeReading(const std::string &path, int32_t format) {
  switch (format) {
    case VERNIER_FORMAT_NIFTI: return checkNIfTI(path);
    case VERNIER_FORMAT_TIFF: return checkTIFF(path);
    case VERNIER_FORMAT_JPEG: return checkJPEG(openFile(path).get());
    case VERNIER_FORMAT_BMP: return checkBMP(openFile(path).get());
    case VERNIER_FORMAT_META: return checkMeta(path);
    case VERNIER_FORMAT_DICOM: return checkDICOM(path);
    default: return;
  }
}

}  // namespace vernier
