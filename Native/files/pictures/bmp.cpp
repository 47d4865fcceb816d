#include "pictures.h"

#include <array>
#include <cstring>

namespace vernier {
namespace {

/// How the samples are packed (biCompression of Windows' bitmap headers).
enum Packing : uint32_t { plain = 0, runs8 = 1, runs4 = 2, masks = 3, masksWithAlpha = 6 };

/// A channel within a pixel of 16 or 32 bits.
struct Mask {
  uint32_t bits = 0;

  /// The value, stretched to 0…255.
  uint8_t operator()(uint32_t pixel) const {
    if (bits == 0) return 0;
    const int shift = __builtin_ctz(bits);
    const uint64_t most = bits >> shift;
    return uint8_t(((pixel & bits) >> shift) * 255ull / most);
  }
};

class Bitmap {
public:
  explicit Bitmap(const std::string &path) : bytes(readWhole(path)) {
    const uint32_t headerSize = number<uint32_t>(14);
    offset = number<uint32_t>(10);
    const bool isOldest = headerSize == 12;
    width = isOldest ? number<uint16_t>(18) : number<int32_t>(18);
    const int64_t signedHeight = isOldest ? number<uint16_t>(20) : int64_t(number<int32_t>(22));
    height = std::abs(signedHeight);
    isTopDown = signedHeight < 0;
    bits = number<uint16_t>(isOldest ? 24 : 28);
    packing = isOldest ? plain : number<uint32_t>(30);
    if (packing == 4 || packing == 5) {
      const std::string kind = packing == 4 ? "JPEG" : "PNG";
      throw Failure(VERNIER_UNSUPPORTED, "it is a BMP that holds a " + kind + "; save it as " + kind);
    }
    // OS/2's headers of 16 to 64 bytes use the same numbers for other packings.
    if (packing > masksWithAlpha || packing == 5 || (headerSize == 64 && packing > runs4)) {
      failUnsupported("its packing " + std::to_string(packing));
    }
    if (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
      failUnsupported(std::to_string(bits) + " bits a pixel");
    }
    if (width < 1 || height < 1) throw Failure(VERNIER_EMPTY, "an axis has no samples");
    readMasks(headerSize);
    readPalette(headerSize, isOldest);
  }

  Answer decode() {
    if (packing == runs8 || packing == runs4) return decodeRuns();
    const size_t stride = (size_t(width) * size_t(bits) + 31) / 32 * 4;
    size_t stored = 0;
    if (__builtin_mul_overflow(stride, size_t(height), &stored)) failTruncated();
    // Some programs leave out what fills up the last row.
    const size_t needed = stored - stride + (size_t(width) * size_t(bits) + 7) / 8;
    if (offset > bytes.size() || bytes.size() - offset < needed) failTruncated();
    Answer answer = makePicture(VERNIER_FORMAT_BMP, width, height, channel[3].bits ? 4 : 3, VERNIER_SAMPLE_UINT8);
    const size_t channels = size_t(answer.image.channels);
    for (int64_t y = 0; y < height; ++y) {
      const unsigned char *row = bytes.data() + offset + size_t(isTopDown ? y : height - 1 - y) * stride;
      uint8_t *destination = samplesOf<uint8_t>(answer) + size_t(y * width) * channels;
      for (int64_t x = 0; x < width; ++x, destination += channels) decodePixel(row, x, destination, channels);
    }
    if (bits <= 8) dropEqualColors(answer);
    return answer;
  }

private:
  template <typename Number>
  Number number(size_t at) const {
    if (at + sizeof(Number) > bytes.size()) failTruncated();
    Number value = 0;
    for (size_t index = 0; index < sizeof(Number); ++index) {
      value = static_cast<Number>(value | static_cast<Number>(Number(bytes[at + index]) << 8 * index));
    }
    return value;
  }

  [[noreturn]] static void failUnsupported(const std::string &what) {
    throw Failure(VERNIER_UNSUPPORTED, "its kind of BMP is not supported (" + what + "); save it as PNG");
  }

  void readMasks(uint32_t headerSize) {
    if (packing == masks || packing == masksWithAlpha) {
      if (bits != 16 && bits != 32) failUnsupported("masks for " + std::to_string(bits) + " bits a pixel");
      const bool hasAlpha = headerSize >= 56 || packing == masksWithAlpha;
      for (size_t index = 0; index < (hasAlpha ? 4 : 3); ++index) channel[index].bits = number<uint32_t>(54 + 4 * index);
    } else if (bits == 16) {
      channel = {Mask{0x7c00}, Mask{0x03e0}, Mask{0x001f}, Mask{}};
    } else if (bits == 32) {
      // The fourth byte is not used.
      channel = {Mask{0xff0000}, Mask{0x00ff00}, Mask{0x0000ff}, Mask{}};
    }
  }

  void readPalette(uint32_t headerSize, bool isOldest) {
    if (bits > 8) return;
    const size_t entrySize = isOldest ? 3 : 4;
    const uint32_t used = isOldest ? 0 : number<uint32_t>(46);
    const size_t most = size_t(1) << bits;
    const size_t count = used == 0 || used > most ? most : used;
    size_t at = 14 + size_t(headerSize);
    for (size_t index = 0; index < count && at + 3 <= bytes.size(); ++index, at += entrySize) {
      palette[index] = {bytes[at + 2], bytes[at + 1], bytes[at]};
    }
  }

  void decodePixel(const unsigned char *row, int64_t x, uint8_t *destination, size_t channels) const {
    const size_t at = size_t(x) * size_t(bits) / 8;
    if (bits == 24) {
      for (size_t color = 0; color < 3; ++color) destination[color] = row[at + 2 - color];
    } else if (bits > 8) {
      uint32_t pixel = row[at] | uint32_t(row[at + 1]) << 8;
      if (bits == 32) pixel |= uint32_t(row[at + 2]) << 16 | uint32_t(row[at + 3]) << 24;
      for (size_t index = 0; index < channels; ++index) destination[index] = channel[index](pixel);
    } else {
      const int shift = 8 - bits - int(size_t(x) * size_t(bits) % 8);
      std::memcpy(destination, palette[size_t(row[at] >> shift) & ((size_t(1) << bits) - 1)].data(), 3);
    }
  }

  /// Run-length encoding: pairs of a count and an index; a count of 0 escapes to an end, a move or plain indices.
  Answer decodeRuns() {
    if (bits != (packing == runs8 ? 8 : 4)) failUnsupported("runs of " + std::to_string(bits) + " bits a pixel");
    // A run of two bytes holds 255 samples at most, a move of four skips 255 rows.
    if (offset > bytes.size() || uint64_t(width) * uint64_t(height) / 65536 > bytes.size()) failTruncated();
    Answer answer = makePicture(VERNIER_FORMAT_BMP, width, height, 3, VERNIER_SAMPLE_UINT8);
    uint8_t *samples = samplesOf<uint8_t>(answer);
    for (size_t index = 0; index < answer.samples->count; ++index) std::memcpy(samples + 3 * index, palette[0].data(), 3);
    size_t at = offset;
    const auto next = [&] {
      if (at >= bytes.size()) failTruncated();
      return size_t(bytes[at++]);
    };
    int64_t x = 0, y = 0;
    const auto put = [&](size_t index) {
      if (x < width && y < height) {
        const int64_t row = isTopDown ? y : height - 1 - y;
        std::memcpy(samples + size_t(row * width + x) * 3, palette[index].data(), 3);
      }
      ++x;
    };
    const bool isHalf = packing == runs4;
    while (y < height) {
      const size_t count = next(), value = next();
      if (count > 0) {
        for (size_t index = 0; index < count; ++index) put(!isHalf ? value : index % 2 ? value & 15 : value >> 4);
      } else if (value == 0) {
        x = 0;
        ++y;
      } else if (value == 1) {
        break;
      } else if (value == 2) {
        x += int64_t(next());
        y += int64_t(next());
      } else {
        const size_t length = isHalf ? (value + 1) / 2 : value;
        for (size_t index = 0; index < length; ++index) {
          const size_t byte = next();
          put(isHalf ? byte >> 4 : byte);
          if (isHalf && 2 * index + 1 < value) put(byte & 15);
        }
        if (length % 2) next();
      }
    }
    dropEqualColors(answer);
    return answer;
  }

  std::vector<unsigned char> bytes;
  size_t offset = 0;
  int64_t width = 0, height = 0;
  bool isTopDown = false;
  int bits = 0;
  uint32_t packing = plain;
  /// Red, green, blue and opacity.
  std::array<Mask, 4> channel = {};
  std::array<std::array<uint8_t, 3>, 256> palette = {};
};

}  // namespace

Answer readBMP(const std::string &path, const vernier_part &part) {
  Answer answer = Bitmap(path).decode();
  narrowPicture(answer, part);
  return answer;
}

void writeBMP(const std::string &path, const vernier_image &image, const char *samples) {
  const size_t width = size_t(image.size[0]), height = size_t(image.size[1]), channels = size_t(image.channels);
  const size_t paletteSize = channels == 1 ? 1024 : 0;
  const size_t stride = (width * channels + 3) / 4 * 4, start = 54 + paletteSize;
  if (stride * height > 0xffffffff - start) {
    throw Failure(VERNIER_UNSUPPORTED, "BMP holds 4 GB at most; write PNG (.png) or TIFF (.tif)");
  }
  std::vector<unsigned char> head(start);
  const auto put = [&](size_t at, size_t value, size_t size) {
    for (size_t index = 0; index < size; ++index) head[at + index] = static_cast<unsigned char>(value >> 8 * index);
  };
  head[0] = 'B';
  head[1] = 'M';
  put(2, start + stride * height, 4);
  put(10, start, 4);
  put(14, 40, 4);
  put(18, width, 4);
  put(22, height, 4);
  put(26, 1, 2);
  put(28, 8 * channels, 2);
  put(34, stride * height, 4);
  for (size_t grey = 0; grey < paletteSize / 4; ++grey) {
    for (size_t color = 0; color < 3; ++color) head[54 + 4 * grey + color] = static_cast<unsigned char>(grey);
  }
  File file = createFile(path);
  std::fwrite(head.data(), 1, head.size(), file.get());
  std::vector<char> row(stride);
  for (size_t y = height; y-- > 0;) {
    std::memcpy(row.data(), samples + y * width * channels, width * channels);
    for (size_t x = 0; channels == 3 && x < width; ++x) std::swap(row[3 * x], row[3 * x + 2]);
    std::fwrite(row.data(), 1, row.size(), file.get());
  }
  closeWritten(std::move(file));
}

}  // namespace vernier
