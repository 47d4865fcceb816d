#include "pictures.h"

#include <cerrno>
#include <cstring>

namespace vernier {

Answer makePicture(int32_t format, int64_t width, int64_t height, int channels, int32_t type) {
  if (width < 1 || height < 1) throw Failure(VERNIER_EMPTY, "an axis has no samples");
  size_t count = 0, byteCount = 0;
  if (__builtin_mul_overflow(size_t(width), size_t(height), &count) ||
      __builtin_mul_overflow(count, size_t(channels) * sampleSize(type), &byteCount)) {
    throw std::bad_alloc();
  }
  Answer answer;
  answer.image = blankImage(format);
  answer.image.size[0] = width;
  answer.image.size[1] = height;
  answer.image.channels = channels;
  answer.image.sample_type = type;
  answer.image.is_color = channels == 3 || channels == 4;
  answer.image.alpha = channels == 2 || channels == 4 ? channels - 1 : -1;
  answer.samples.reset(
    new vernier_samples{allocate(byteCount), type, size_t(channels), count, size_t(channels), 1});
  return answer;
}

namespace {

/// Where a sample of the upright picture lies in the stored one, whose sides are `width` and `height`.
void locate(int orientation, size_t width, size_t height, size_t x, size_t y, size_t &storedX, size_t &storedY) {
  const bool isTransposed = orientation >= 5;
  storedX = isTransposed ? y : x;
  storedY = isTransposed ? x : y;
  if (orientation == 2 || orientation == 3 || orientation >= 7) storedX = width - 1 - storedX;
  if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) storedY = height - 1 - storedY;
}

template <size_t size>
void turn(int orientation, size_t width, size_t height, const char *stored, char *upright) {
  const bool isTransposed = orientation >= 5;
  const size_t columns = isTransposed ? height : width, rows = isTransposed ? width : height;
  size_t x0, y0, x1, y1;
  locate(orientation, width, height, 0, 0, x0, y0);
  locate(orientation, width, height, columns > 1 ? 1 : 0, 0, x1, y1);
  const ptrdiff_t step = (ptrdiff_t(y1) - ptrdiff_t(y0)) * ptrdiff_t(width) + ptrdiff_t(x1) - ptrdiff_t(x0);
  // In blocks, so that rows and columns both stay near.
  constexpr size_t block = 64;
  for (size_t left = 0; left < columns; left += block) {
    for (size_t y = 0; y < rows; ++y) {
      locate(orientation, width, height, left, y, x0, y0);
      const char *source = stored + (y0 * width + x0) * size;
      char *destination = upright + (y * columns + left) * size;
      for (size_t x = left; x < std::min(left + block, columns); ++x) {
        std::memcpy(destination, source, size);
        destination += size;
        source += step * ptrdiff_t(size);
      }
    }
  }
}

void turn(size_t size, int orientation, size_t width, size_t height, const char *stored, char *upright) {
  switch (size) {
    case 1: return turn<1>(orientation, width, height, stored, upright);
    case 2: return turn<2>(orientation, width, height, stored, upright);
    case 3: return turn<3>(orientation, width, height, stored, upright);
    case 4: return turn<4>(orientation, width, height, stored, upright);
    case 6: return turn<6>(orientation, width, height, stored, upright);
    case 8: return turn<8>(orientation, width, height, stored, upright);
  }
  // Any other number of bytes: its pieces one after another.
  const bool isTransposed = orientation >= 5;
  const size_t columns = isTransposed ? height : width, rows = isTransposed ? width : height;
  for (size_t y = 0; y < rows; ++y) {
    for (size_t x = 0; x < columns; ++x) {
      size_t storedX, storedY;
      locate(orientation, width, height, x, y, storedX, storedY);
      std::memcpy(upright + (y * columns + x) * size, stored + (storedY * width + storedX) * size, size);
    }
  }
}

}  // namespace

void setUpright(Answer &answer, int orientation) {
  vernier_image &image = answer.image;
  if (orientation < 1 || orientation > 8) return;
  image.orientation = orientation;
  if (orientation == 1) return;
  vernier_samples &samples = *answer.samples;
  const bool isInterleaved = samples.sampleStride == samples.channels;
  const size_t size = sampleSize(samples.type) * (isInterleaved ? samples.channels : 1);
  const size_t width = size_t(image.size[0]), height = size_t(image.size[1]);
  const size_t planes = samples.count / (width * height) * (isInterleaved ? 1 : samples.channels);
  Bytes upright = allocate(planes * width * height * size);
  for (size_t plane = 0; plane < planes; ++plane) {
    const size_t start = plane * width * height * size;
    turn(size, orientation, width, height, samples.bytes.get() + start, upright.get() + start);
  }
  samples.bytes = std::move(upright);
  if (orientation >= 5) {
    std::swap(image.size[0], image.size[1]);
    std::swap(image.spacing[0], image.spacing[1]);
    std::swap(image.origin[0], image.origin[1]);
  }
}

int exifOrientation(const unsigned char *bytes, size_t count) {
  if (count >= 6 && std::memcmp(bytes, "Exif\0\0", 6) == 0) {
    bytes += 6;
    count -= 6;
  }
  if (count < 8 || (bytes[0] != 'I' && bytes[0] != 'M') || bytes[1] != bytes[0]) return 0;
  const bool isBigEndian = bytes[0] == 'M';
  const auto number = [=](size_t at, size_t size) {
    uint32_t value = 0;
    for (size_t index = 0; index < size; ++index) {
      value |= uint32_t(bytes[at + index]) << 8 * (isBigEndian ? size - 1 - index : index);
    }
    return value;
  };
  const size_t directory = number(4, 4);
  if (number(2, 2) != 42 || directory > count - 2) return 0;
  const size_t entries = number(directory, 2);
  for (size_t index = 0; index < entries; ++index) {
    const size_t entry = directory + 2 + 12 * index;
    if (entry + 12 > count) return 0;
    if (number(entry, 2) != 0x0112) continue;
    const uint32_t type = number(entry + 2, 2);
    const uint32_t value = type == 3 ? number(entry + 8, 2) : type == 4 ? number(entry + 8, 4) : 0;
    return value >= 1 && value <= 8 ? int(value) : 0;
  }
  return 0;
}

void dropEqualColors(Answer &answer) {
  vernier_samples &samples = *answer.samples;
  if (samples.channels != 3 || samples.type != VERNIER_SAMPLE_UINT8) return;
  char *bytes = samples.bytes.get();
  for (size_t index = 0; index < samples.count * 3; index += 3) {
    if (bytes[index] != bytes[index + 1] || bytes[index] != bytes[index + 2]) return;
  }
  for (size_t index = 0; index < samples.count; ++index) bytes[index] = bytes[index * 3];
  samples.channels = samples.sampleStride = 1;
  answer.image.channels = 1;
  answer.image.is_color = 0;
}

void narrowPicture(Answer &answer, const vernier_part &part) {
  choose(part.index, 1, "pages", "");
  choose(part.time, 1, "frames", "t=");
  choose(part.level, 1, "levels", "level=");
  narrow(answer, part);
}

int64_t chooseFrame(const vernier_part &part, int64_t frames) {
  return part.index >= 0 ? choose(part.index, frames, "frames", "") : choose(part.time, frames, "frames", "t=");
}

void setFrames(Answer &answer, const vernier_part &part, int64_t frames, int64_t frame) {
  answer.image.frames = frames;
  answer.image.frame_by_rule = frames > 1 && part.index < 0 && part.time < 0 ? frame : -1;
}

std::vector<unsigned char> readWhole(const std::string &path) {
  const File file = openFile(path);
  std::vector<unsigned char> bytes(static_cast<size_t>(sizeOf(file.get())));
  if (std::fread(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) failTruncated();
  return bytes;
}

}  // namespace vernier
