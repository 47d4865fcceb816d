#include "files.h"

#include <zlib.h>

#include <cmath>
#include <cstdio>
#include <cstring>

namespace vernier {
namespace {

struct CloseFile {
  void operator()(std::FILE *file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

[[noreturn]] void cutShort() { throw Failure(VERNIER_TRUNCATED, "the file ends before its samples do"); }

int nextByte(std::FILE *file) {
  const int byte = getc_unlocked(file);
  if (byte == EOF) cutShort();
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
  if (std::fread(header, 1, sizeof header, file) != sizeof header) cutShort();
  const int64_t offset = littleEndian<uint32_t>(header + 10);
  const int64_t width = littleEndian<int32_t>(header + 18);
  const int64_t height = std::abs(int64_t(littleEndian<int32_t>(header + 22)));
  const int64_t bits = littleEndian<uint16_t>(header + 28);
  const uint32_t compression = littleEndian<uint32_t>(header + 30);
  std::fseek(file, 0, SEEK_END);
  const int64_t needed = compression == 0 ? offset + (width * bits + 31) / 32 * 4 * height
                                          : offset + littleEndian<uint32_t>(header + 34);
  if (std::ftell(file) < needed) cutShort();
}

/// The NIfTI library replaces a spacing of zero by one; here it is an error.
void checkNIfTI(const std::string &path) {
  std::string header = path;
  const auto dot = header.rfind(".img");
  if (dot != std::string::npos) header.replace(dot, 4, ".hdr");
  unsigned char bytes[348];
  gzFile file = gzopen(header.c_str(), "rb");
  if (!file) return;
  const bool isCompressed = !gzdirect(file);
  const int count = gzread(file, bytes, sizeof bytes);
  gzclose(file);
  if (count < int(sizeof bytes)) cutShort();
  if (isCompressed && !hasEnding(header, ".gz")) {
    throw Failure(VERNIER_UNSUPPORTED, "it is compressed NIfTI; give its name the ending .nii.gz");
  }
  bool isNamed = false;
  for (const char *ending : {".nii", ".nii.gz", ".hdr", ".hdr.gz"}) isNamed = isNamed || hasEnding(header, ending);
  if (!isNamed) {
    throw Failure(VERNIER_UNSUPPORTED, "it is NIfTI; give its name the ending .nii, or .nii.gz if compressed");
  }

  const bool isSwapped = littleEndian<int32_t>(bytes) != 348;
  const auto dimension = [&](int index) {
    const auto value = littleEndian<uint16_t>(bytes + 40 + 2 * index);
    return int(int16_t(isSwapped ? __builtin_bswap16(value) : value));
  };
  const auto spacing = [&](int index) {
    auto value = littleEndian<uint32_t>(bytes + 76 + 4 * index);
    if (isSwapped) value = __builtin_bswap32(value);
    float result;
    std::memcpy(&result, &value, sizeof result);
    return result;
  };
  for (int axis = 1; axis <= std::min(dimension(0), 3); ++axis) {
    if (dimension(axis) == 0) throw Failure(VERNIER_EMPTY, "an axis has no samples");
    const bool isUsable = std::isfinite(spacing(axis)) && spacing(axis) != 0;
    if (dimension(axis) > 1 && !isUsable) {
      throw Failure(VERNIER_UNUSABLE_SPACING,
                    "the spacing along axis " + std::to_string(axis - 1) + " is " + std::to_string(spacing(axis)));
    }
  }
}

}  // namespace

void checkBeforeReading(const std::string &path, int32_t format) {
  if (format == VERNIER_FORMAT_NIFTI) return checkNIfTI(path);
  if (format != VERNIER_FORMAT_JPEG && format != VERNIER_FORMAT_BMP) return;
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) throw Failure(VERNIER_FAILED, std::strerror(errno));
  format == VERNIER_FORMAT_JPEG ? checkJPEG(file.get()) : checkBMP(file.get());
}

}  // namespace vernier
