#include "files.h"

#include "pictures/pictures.h"
#include "tiff/reading.h"
#include "volumes/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>

namespace vernier {
namespace {

/// Interleaves planes of floats; integers are rounded and clamped, NaN becomes 0.
template <typename Sample>
void interleave(const float *const *channels, size_t channelCount, size_t count, char *bytes) {
  auto *destination = reinterpret_cast<Sample *>(bytes);
  for (size_t channel = 0; channel < channelCount; ++channel) {
    const float *source = channels[channel];
    for (size_t index = 0; index < count; ++index) {
      Sample &sample = destination[index * channelCount + channel];
      if constexpr (std::is_integral<Sample>::value) {
        constexpr double least = std::numeric_limits<Sample>::min();
        // The greatest number of 64 bits rounds up as a double, to one that does not fit.
        constexpr double most = sizeof(Sample) < 8 ? double(std::numeric_limits<Sample>::max())
                                                   : std::is_signed<Sample>::value ? 0x1.fffffffffffffp62 : 0x1.fffffffffffffp63;
        const double value = source[index];
        sample = static_cast<Sample>(std::isnan(value) ? 0 : std::nearbyint(std::clamp(value, least, most)));
      } else {
        sample = source[index];
      }
    }
  }
}

}  // namespace

void interleave(int32_t type, const float *const *channels, size_t channelCount, size_t count, char *bytes) {
  switch (type) {
    case VERNIER_SAMPLE_UINT8: return interleave<uint8_t>(channels, channelCount, count, bytes);
    case VERNIER_SAMPLE_INT8: return interleave<int8_t>(channels, channelCount, count, bytes);
    case VERNIER_SAMPLE_UINT16: return interleave<uint16_t>(channels, channelCount, count, bytes);
    case VERNIER_SAMPLE_INT16: return interleave<int16_t>(channels, channelCount, count, bytes);
    case VERNIER_SAMPLE_UINT32: return interleave<uint32_t>(channels, channelCount, count, bytes);
    case VERNIER_SAMPLE_INT32: return interleave<int32_t>(channels, channelCount, count, bytes);
    case VERNIER_SAMPLE_INT64: return interleave<int64_t>(channels, channelCount, count, bytes);
    case VERNIER_SAMPLE_UINT64: return interleave<uint64_t>(channels, channelCount, count, bytes);
    case VERNIER_SAMPLE_FLOAT32: return interleave<float>(channels, channelCount, count, bytes);
    default: return interleave<double>(channels, channelCount, count, bytes);
  }
}

void checkRoom(const std::string &path, size_t byteCount) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) throw Failure(VERNIER_FAILED, std::strerror(errno));
  constexpr size_t headerSize = 1 << 16;
  const int error = posix_fallocate(file, 0, static_cast<off_t>(byteCount + byteCount / 64 + headerSize));
  const bool isEmptied = ftruncate(file, 0) == 0 || error != 0;
  close(file);
  // EOPNOTSUPP and EINVAL: the file system cannot reserve room.
  if (error != 0 && error != EOPNOTSUPP && error != EINVAL) throw Failure(VERNIER_FAILED, std::strerror(error));
  if (!isEmptied) throw Failure(VERNIER_FAILED, std::strerror(errno));
}

void writeFile(
  const std::string &path, const vernier_image &image, const float *const *channels, int quality, const Source &source) {
  switch (image.format) {
    case VERNIER_FORMAT_NIFTI: return writeNIfTI(path, image, channels, source);
    case VERNIER_FORMAT_NRRD: return writeNRRD(path, image, channels, source);
    case VERNIER_FORMAT_META: return writeMeta(path, image, channels);
    default: break;
  }
  const size_t count = static_cast<size_t>(image.size[0] * image.size[1] * (image.rank > 2 ? image.size[2] : 1));
  const size_t channelCount = static_cast<size_t>(image.channels);
  const size_t byteCount = count * channelCount * sampleSize(image.sample_type);
  checkRoom(path, byteCount);
  if (image.format == VERNIER_FORMAT_TIFF) return writeTIFF(path, image, channels, source);

  const Bytes bytes = allocate(byteCount);
  interleave(image.sample_type, channels, channelCount, count, bytes.get());
  switch (image.format) {
    case VERNIER_FORMAT_PNG: return writePNG(path, image, bytes.get());
    case VERNIER_FORMAT_JPEG: return writeJPEG(path, image, bytes.get(), quality);
    case VERNIER_FORMAT_BMP: return writeBMP(path, image, bytes.get());
    default: throw Failure(VERNIER_FAILED, "no writer for format " + std::to_string(image.format));
  }
}

}  // namespace vernier
