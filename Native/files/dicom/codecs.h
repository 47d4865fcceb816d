/// The codecs of compressed frames.
#pragma once

#include "file.h"

namespace vernier {

/// What the file tells of its frames. A stream of another size is refused before anything is decoded.
struct FrameSize {
  size_t width, height, channels;

  size_t count() const { return width * height * channels; }
  /// Throws `Failure` where the stream's differs.
  void check(size_t width, size_t height, size_t channels) const;
};

/// A frame as its codec gives it: numbers without sign, channels beside one another.
struct DecodedFrame {
  /// How many bits of a number count.
  uint32_t bits = 0;
  /// The numbers have a sign of their own.
  bool isSigned = false;
  std::vector<int32_t> numbers;
  /// What the stream itself says of its colours: luminance and differences, or red, green and blue.
  bool isYCbCr = false, isRGB = false;
};

/// JPEG (ISO 10918-1): baseline, extended and lossless, of up to 16 bits. GDCM's own builds of the Independent JPEG
/// Group's library know lossless and 12 bits, the system's does not.
DecodedFrame decodeJPEG(std::string_view bytes, const FrameSize &size);

/// JPEG-LS (ISO 14495-1).
DecodedFrame decodeJPEGLS(std::string_view bytes, const FrameSize &size);

/// JPEG 2000 (ISO 15444-1), a bare codestream.
DecodedFrame decodeCodestream(std::string_view bytes, const FrameSize &size);

DecodedFrame decodeJPEG8(std::string_view bytes, const FrameSize &size);
DecodedFrame decodeJPEG12(std::string_view bytes, const FrameSize &size);
DecodedFrame decodeJPEG16(std::string_view bytes, const FrameSize &size);

}  // namespace vernier
