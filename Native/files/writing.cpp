#include "files.h"

#include "pictures/pictures.h"
#include "tiff/reading.h"

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
        constexpr double most = std::numeric_limits<Sample>::max();
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

namespace {

itk::IOPixelEnum pixelType(const vernier_image &image) {
  // NIfTI knows colours of 8 bits only, and ITK would write the first bytes of others as if they were such.
  const bool isColour = image.format != VERNIER_FORMAT_NIFTI || image.sample_type == VERNIER_SAMPLE_UINT8;
  if (image.channels > 1 && !isColour) return itk::IOPixelEnum::VECTOR;
  switch (image.channels) {
    case 1: return itk::IOPixelEnum::SCALAR;
    case 3: return itk::IOPixelEnum::RGB;
    case 4: return itk::IOPixelEnum::RGBA;
    default: return itk::IOPixelEnum::VECTOR;
  }
}

/// Throws where the disk has no room for the samples as they are in memory. On a full disk ITK's writers of NIfTI
/// and MetaImage report success.
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

void writeByITK(const std::string &path, const vernier_image &image, const char *samples) {
  const auto io = makeIO(image.format);
  const unsigned rank = static_cast<unsigned>(image.rank);
  itk::ImageIORegion region(rank);
  io->SetFileName(path);
  io->SetNumberOfDimensions(rank);
  for (unsigned axis = 0; axis < rank; ++axis) {
    const auto size = static_cast<itk::SizeValueType>(image.size[axis]);
    region.SetSize(axis, size);
    region.SetIndex(axis, 0);
    std::vector<double> column(rank);
    for (unsigned row = 0; row < rank; ++row) column[row] = image.direction[row * rank + axis];
    io->SetDimensions(axis, size);
    io->SetSpacing(axis, image.spacing[axis]);
    io->SetOrigin(axis, image.origin[axis]);
    io->SetDirection(axis, column);
  }
  io->SetIORegion(region);
  io->SetComponentType(component(image.sample_type));
  io->SetNumberOfComponents(static_cast<unsigned>(image.channels));
  io->SetPixelType(pixelType(image));
  io->SetUseCompression(true);
  const auto held = turn(image.format);
  io->WriteImageInformation();
  io->Write(samples);
}

}  // namespace

void writeFile(
  const std::string &path, const vernier_image &image, const float *const *channels, int quality, const Source &source) {
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
    default: return writeByITK(path, image, bytes.get());
  }
}

}  // namespace vernier
