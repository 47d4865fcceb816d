#include "unpacking.h"

#include <tiff.h>

#include <cmath>
#include <cstring>

namespace vernier::tiff {
namespace {

/// IEEE 754's half precision.
float fromHalf(uint16_t bits) {
  const float sign = bits & 0x8000 ? -1.0f : 1.0f;
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  if (exponent == 31) return fraction ? NAN : sign * INFINITY;
  return exponent == 0 ? sign * std::ldexp(float(fraction), -24) : sign * std::ldexp(float(1024 + fraction), exponent - 25);
}

/// 24 bits: a sign, 7 of exponent, 16 of fraction (Adobe Photoshop TIFF Technical Note 3).
float from24(uint32_t bits) {
  const float sign = bits & 0x800000 ? -1.0f : 1.0f;
  const int exponent = int(bits >> 16 & 127);
  const int fraction = int(bits & 0xffff);
  if (exponent == 127) return fraction ? NAN : sign * INFINITY;
  return exponent == 0 ? sign * std::ldexp(float(fraction), -78)
                       : sign * std::ldexp(float(65536 + fraction), exponent - 79);
}

uint32_t three(const unsigned char *bytes) {
  constexpr bool isBigEndian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
  return isBigEndian ? uint32_t(bytes[0]) << 16 | uint32_t(bytes[1]) << 8 | bytes[2]
                     : uint32_t(bytes[2]) << 16 | uint32_t(bytes[1]) << 8 | bytes[0];
}

/// Reads numbers of any bits, the first bit the most significant.
class Bits {
public:
  Bits(const unsigned char *bytes, int width) : bytes(bytes), width(width) {}

  uint64_t next() {
    uint64_t value = 0;
    for (int left = width; left > 0;) {
      const int available = 8 - position;
      const int taken = std::min(available, left);
      value = value << taken | (*bytes >> (available - taken) & ((1u << taken) - 1));
      position += taken;
      left -= taken;
      if (position == 8) {
        position = 0;
        ++bytes;
      }
    }
    return value;
  }

private:
  const unsigned char *bytes;
  int width;
  int position = 0;
};

template <typename Sample>
void unpack(const unsigned char *row, size_t count, int bits, char *destination) {
  Bits source(row, bits);
  auto *samples = reinterpret_cast<Sample *>(destination);
  for (size_t index = 0; index < count; ++index) {
    uint64_t value = source.next();
    if (std::is_signed<Sample>::value && value >> (bits - 1)) value |= ~uint64_t(0) << (bits - 1);
    samples[index] = static_cast<Sample>(value);
  }
}

}  // namespace

int32_t unpackedType(int bits, int format) {
  const auto fail = [&](const std::string &what) {
    throw Failure(VERNIER_UNSUPPORTED, "its samples are " + what);
  };
  const std::string width = std::to_string(bits);
  switch (format) {
    case SAMPLEFORMAT_IEEEFP:
      if (bits == 64) return VERNIER_SAMPLE_FLOAT64;
      if (bits == 16 || bits == 24 || bits == 32) return VERNIER_SAMPLE_FLOAT32;
      fail("floating-point numbers of " + width + " bits; save them with 32");
      break;
    case SAMPLEFORMAT_COMPLEXINT:
    case SAMPLEFORMAT_COMPLEXIEEEFP: fail("complex numbers; save their magnitude"); break;
    case SAMPLEFORMAT_UINT:
    case SAMPLEFORMAT_INT:
    case SAMPLEFORMAT_VOID: break;
    default: fail("of the unknown format " + std::to_string(format) + "; save them as whole numbers");
  }
  if (bits < 1 || (bits > 32 && bits != 64)) fail("integers of " + width + " bits; save them with 16 or 32");
  const bool isSigned = format == SAMPLEFORMAT_INT;
  if (bits <= 8) return isSigned ? VERNIER_SAMPLE_INT8 : VERNIER_SAMPLE_UINT8;
  if (bits <= 16) return isSigned ? VERNIER_SAMPLE_INT16 : VERNIER_SAMPLE_UINT16;
  if (bits <= 32) return isSigned ? VERNIER_SAMPLE_INT32 : VERNIER_SAMPLE_UINT32;
  return isSigned ? VERNIER_SAMPLE_INT64 : VERNIER_SAMPLE_UINT64;
}

bool isUnpacked(int bits, int format) {
  return format == SAMPLEFORMAT_IEEEFP ? bits == 32 || bits == 64 : bits == 8 || bits == 16 || bits == 32 || bits == 64;
}

void unpackRow(const unsigned char *row, size_t count, int bits, int format, char *destination) {
  const int32_t type = unpackedType(bits, format);
  if (isUnpacked(bits, format)) {
    std::memcpy(destination, row, count * sampleSize(type));
    return;
  }
  if (format == SAMPLEFORMAT_IEEEFP) {
    auto *samples = reinterpret_cast<float *>(destination);
    for (size_t index = 0; index < count; ++index) {
      uint16_t half = 0;
      if (bits == 16) std::memcpy(&half, row + 2 * index, 2);
      samples[index] = bits == 16 ? fromHalf(half) : from24(three(row + 3 * index));
    }
    return;
  }
  if (bits == 24) {
    // Whole bytes, which libtiff has put into this machine's order.
    auto *samples = reinterpret_cast<int32_t *>(destination);
    for (size_t index = 0; index < count; ++index) {
      const uint32_t value = three(row + 3 * index);
      const bool isNegative = format == SAMPLEFORMAT_INT && value >> 23;
      samples[index] = static_cast<int32_t>(isNegative ? value | 0xff000000 : value);
    }
    return;
  }
  switch (type) {
    case VERNIER_SAMPLE_UINT8: return unpack<uint8_t>(row, count, bits, destination);
    case VERNIER_SAMPLE_INT8: return unpack<int8_t>(row, count, bits, destination);
    case VERNIER_SAMPLE_UINT16: return unpack<uint16_t>(row, count, bits, destination);
    case VERNIER_SAMPLE_INT16: return unpack<int16_t>(row, count, bits, destination);
    case VERNIER_SAMPLE_UINT32: return unpack<uint32_t>(row, count, bits, destination);
    case VERNIER_SAMPLE_INT32: return unpack<int32_t>(row, count, bits, destination);
    case VERNIER_SAMPLE_UINT64: return unpack<uint64_t>(row, count, bits, destination);
    default: return unpack<int64_t>(row, count, bits, destination);
  }
}

}  // namespace vernier::tiff
