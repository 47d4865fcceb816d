#include "payload.h"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <new>

namespace vernier {
namespace {

double determinant(const double *m, int32_t rank) {
  if (rank == 2) return m[0] * m[3] - m[1] * m[2];
  return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

void setIdentity(double *matrix, int32_t rank) {
  for (int32_t element = 0; element < rank * rank; ++element) matrix[element] = element % (rank + 1) == 0;
}

}  // namespace

Bytes allocate(size_t count) {
  void *bytes = std::malloc(count);
  if (!bytes) throw std::bad_alloc();
  return Bytes(static_cast<char *>(bytes));
}

int32_t sampleType(itk::IOComponentEnum component) {
  using Component = itk::IOComponentEnum;
  switch (component) {
    case Component::UCHAR: return VERNIER_SAMPLE_UINT8;
    case Component::CHAR: return VERNIER_SAMPLE_INT8;
    case Component::USHORT: return VERNIER_SAMPLE_UINT16;
    case Component::SHORT: return VERNIER_SAMPLE_INT16;
    case Component::UINT: return VERNIER_SAMPLE_UINT32;
    case Component::INT: return VERNIER_SAMPLE_INT32;
    case Component::FLOAT: return VERNIER_SAMPLE_FLOAT32;
    case Component::ULONG: return sizeof(unsigned long) == 8 ? VERNIER_SAMPLE_UINT64 : VERNIER_SAMPLE_UINT32;
    case Component::LONG: return sizeof(long) == 8 ? VERNIER_SAMPLE_INT64 : VERNIER_SAMPLE_INT32;
    case Component::ULONGLONG: return VERNIER_SAMPLE_UINT64;
    case Component::LONGLONG: return VERNIER_SAMPLE_INT64;
    case Component::DOUBLE: return VERNIER_SAMPLE_FLOAT64;
    default: throw Failure(VERNIER_UNSUPPORTED, "its sample type is not supported");
  }
}

itk::IOComponentEnum component(int32_t sampleType) {
  using Component = itk::IOComponentEnum;
  switch (sampleType) {
    case VERNIER_SAMPLE_UINT8: return Component::UCHAR;
    case VERNIER_SAMPLE_INT8: return Component::CHAR;
    case VERNIER_SAMPLE_UINT16: return Component::USHORT;
    case VERNIER_SAMPLE_INT16: return Component::SHORT;
    case VERNIER_SAMPLE_UINT32: return Component::UINT;
    case VERNIER_SAMPLE_INT32: return Component::INT;
    case VERNIER_SAMPLE_FLOAT32: return Component::FLOAT;
    case VERNIER_SAMPLE_FLOAT64: return Component::DOUBLE;
    case VERNIER_SAMPLE_INT64: return Component::LONGLONG;
    case VERNIER_SAMPLE_UINT64: return Component::ULONGLONG;
    default: throw Failure(VERNIER_FAILED, "no sample type " + std::to_string(sampleType));
  }
}

size_t sampleSize(int32_t sampleType) {
  switch (sampleType) {
    case VERNIER_SAMPLE_UINT8:
    case VERNIER_SAMPLE_INT8: return 1;
    case VERNIER_SAMPLE_UINT16:
    case VERNIER_SAMPLE_INT16: return 2;
    case VERNIER_SAMPLE_UINT32:
    case VERNIER_SAMPLE_INT32:
    case VERNIER_SAMPLE_FLOAT32: return 4;
    default: return 8;
  }
}

int64_t describe(const itk::ImageIOBase &io, int32_t format, const vernier_part &part, vernier_image &image) {
  image = blankImage(format);
  const unsigned axes = io.GetNumberOfDimensions();
  for (unsigned axis = 0; axis < axes; ++axis) {
    if (io.GetDimensions(axis) < 1) throw Failure(VERNIER_EMPTY, "an axis has no samples");
  }
  unsigned rank = axes;
  while (rank > 2 && io.GetDimensions(rank - 1) == 1) --rank;
  for (; rank > 3; --rank) image.frames *= static_cast<int64_t>(io.GetDimensions(rank - 1));
  if (rank < 2) throw Failure(VERNIER_UNSUPPORTED, "it has one axis; an image has two or three");
  choose(part.level, 1, "levels", "level=");
  const int64_t chosen = part.index >= 0 ? part.index : part.time;
  const bool isNamedByTime = part.index < 0 && part.time >= 0;
  const int64_t volume = choose(chosen, image.frames, isNamedByTime ? "frames" : "volumes", isNamedByTime ? "t=" : "");
  if (chosen < 0 && image.frames > 1) image.frame_by_rule = volume;

  image.rank = static_cast<int32_t>(rank);
  image.channels = static_cast<int32_t>(io.GetNumberOfComponents());
  if (io.GetPixelType() == itk::IOPixelEnum::COMPLEX) {
    throw Failure(VERNIER_UNSUPPORTED, "its samples are complex numbers: save their magnitude");
  }
  image.sample_type = sampleType(io.GetComponentType());
  image.is_color = image.channels == 3 || image.channels == 4;
  image.alpha = image.channels == 2 || image.channels == 4 ? image.channels - 1 : -1;
  std::strcpy(image.unit, "mm");

  for (unsigned axis = 0; axis < rank; ++axis) {
    image.size[axis] = static_cast<int64_t>(io.GetDimensions(axis));
    image.spacing[axis] = io.GetSpacing(axis);
    image.origin[axis] = io.GetOrigin(axis);
    if (!(image.spacing[axis] > 0) || !std::isfinite(image.spacing[axis])) {
      throw Failure(VERNIER_UNUSABLE_SPACING, std::to_string(image.spacing[axis]));
    }
    // Adding zero makes −0 a plain 0.
    for (unsigned row = 0; row < rank; ++row) image.direction[row * rank + axis] = io.GetDirection(axis)[row] + 0.0;
  }
  // A slice across the volume has no direction of its own in the plane.
  const bool usable = std::abs(determinant(image.direction, image.rank)) > 1e-6;
  if (rank < axes && !usable) setIdentity(image.direction, image.rank);
  return volume;
}

std::unique_ptr<vernier_samples> decode(itk::ImageIOBase &io, const std::string &path, int32_t format) {
  if (format == VERNIER_FORMAT_NIFTI) return decodeNIfTI(io, path);
  if (format == VERNIER_FORMAT_META) return decodeMeta(io, path);

  const unsigned axes = io.GetNumberOfDimensions();
  size_t count = 1;
  itk::ImageIORegion region(axes);
  for (unsigned axis = 0; axis < axes; ++axis) {
    region.SetIndex(axis, 0);
    region.SetSize(axis, io.GetDimensions(axis));
    if (__builtin_mul_overflow(count, size_t(io.GetDimensions(axis)), &count)) throw std::bad_alloc();
  }
  size_t byteCount = 0;
  if (__builtin_mul_overflow(count, size_t(io.GetNumberOfComponents()) * io.GetComponentSize(), &byteCount)) {
    throw std::bad_alloc();
  }
  std::unique_ptr<vernier_samples> samples(
    new vernier_samples{allocate(byteCount), sampleType(io.GetComponentType()), io.GetNumberOfComponents(), count,
                        io.GetNumberOfComponents(), 1});
  io.SetIORegion(region);
  io.Read(samples->bytes.get());
  return samples;
}

}  // namespace vernier
