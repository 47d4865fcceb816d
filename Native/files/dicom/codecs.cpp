#include "codecs.h"

#include "../pictures/jpeg2000.h"

#include <charls/charls.h>

#include <cstring>

namespace vernier {
namespace {

[[noreturn]] void fail(const std::string &what, const std::string &why) {
  throw Failure(VERNIER_DAMAGED, "its " + what + " data cannot be decoded: " + why);
}

/// The number of bits of a sample, from the frame's header among the markers; 0 where there is none.
int precision(std::string_view bytes) {
  for (size_t at = 2; at + 9 < bytes.size() && static_cast<unsigned char>(bytes[at]) == 0xff;) {
    const int marker = static_cast<unsigned char>(bytes[at + 1]);
    const bool isFrame = marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (isFrame) return static_cast<unsigned char>(bytes[at + 4]);
    if (marker == 0xff || marker == 0xd8) {
      at += marker == 0xff ? 1 : 2;
      continue;
    }
    at += 2 + (size_t(static_cast<unsigned char>(bytes[at + 2])) << 8 | static_cast<unsigned char>(bytes[at + 3]));
  }
  return 0;
}

}  // namespace

void FrameSize::check(size_t width, size_t height, size_t channels) const {
  if (width == this->width && height == this->height && channels == this->channels) return;
  const auto shown = [](size_t width, size_t height, size_t channels) {
    return std::to_string(width) + "×" + std::to_string(height) + (channels > 1 ? "×" + std::to_string(channels) : "");
  };
  throw Failure(VERNIER_UNSUPPORTED,
    "a compressed frame has " + shown(width, height, channels) + " samples, and its header tells " +
      shown(this->width, this->height, this->channels) + "; export it again");
}

DecodedFrame decodeJPEG(std::string_view bytes, const FrameSize &size) {
  const int bits = precision(bytes);
  if (bits == 0) fail("JPEG", "it has no frame");
  if (bits > 16) fail("JPEG", std::to_string(bits) + " bits a sample");
  return bits <= 8 ? decodeJPEG8(bytes, size) : bits <= 12 ? decodeJPEG12(bytes, size) : decodeJPEG16(bytes, size);
}

DecodedFrame decodeJPEGLS(std::string_view bytes, const FrameSize &size) {
  DecodedFrame frame;
  try {
    charls::jpegls_decoder decoder;
    decoder.source(bytes.data(), bytes.size());
    decoder.read_header();
    const auto &info = decoder.frame_info();
    size.check(info.width, info.height, static_cast<size_t>(info.component_count));
    frame.bits = static_cast<uint32_t>(info.bits_per_sample);
    const size_t pixels = size.width * size.height;
    std::vector<unsigned char> decoded(decoder.destination_size());
    decoder.decode(decoded);
    const bool isPlanar = size.channels > 1 && decoder.interleave_mode() == charls::interleave_mode::none;
    frame.numbers.resize(size.count());
    for (size_t index = 0; index < size.count(); ++index) {
      const size_t place = isPlanar ? index % size.channels * pixels + index / size.channels : index;
      if (frame.bits <= 8) {
        frame.numbers[index] = decoded[place];
      } else {
        uint16_t number;
        std::memcpy(&number, decoded.data() + 2 * place, sizeof number);
        frame.numbers[index] = number;
      }
    }
  } catch (const charls::jpegls_error &error) {
    fail("JPEG-LS", error.what());
  }
  return frame;
}

DecodedFrame decodeCodestream(std::string_view bytes, const FrameSize &size) {
  // The first component's kind of number stands at a fixed place of the codestream's first header.
  constexpr size_t kind = 42;
  const auto start = bytes.find(std::string_view("\xff\x4f\xff\x51", 4));
  if (start == bytes.npos || start + kind >= bytes.size()) fail("JPEG 2000", "it has no header");
  const auto number = [&](size_t at, size_t count) {
    size_t result = 0;
    for (size_t index = 0; index < count; ++index) {
      result = result << 8 | static_cast<unsigned char>(bytes[start + at + index]);
    }
    return result;
  };
  size.check(number(8, 4) - number(16, 4), number(12, 4) - number(20, 4), number(40, 2));
  const size_t bits = number(kind, 1);
  const Answer answer = decodeJPEG2000(reinterpret_cast<const unsigned char *>(bytes.data()), bytes.size(), false);
  DecodedFrame frame;
  size.check(static_cast<size_t>(answer.image.size[0]), static_cast<size_t>(answer.image.size[1]),
             static_cast<size_t>(answer.image.channels));
  frame.bits = (bits & 0x7f) + 1;
  frame.isSigned = bits >> 7;
  frame.isRGB = size.channels == 3;
  const auto fill = [&](auto number) {
    const auto *numbers = reinterpret_cast<const decltype(number) *>(answer.samples->bytes.get());
    frame.numbers.assign(numbers, numbers + answer.samples->count * answer.samples->channels);
  };
  switch (answer.samples->type) {
    case VERNIER_SAMPLE_UINT8: fill(uint8_t()); break;
    case VERNIER_SAMPLE_INT8: fill(int8_t()); break;
    case VERNIER_SAMPLE_UINT16: fill(uint16_t()); break;
    case VERNIER_SAMPLE_INT16: fill(int16_t()); break;
    default: fill(int32_t()); break;
  }
  return frame;
}

}  // namespace vernier
