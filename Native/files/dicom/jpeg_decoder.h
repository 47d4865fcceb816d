// One decoder for the three builds of the library, which differ in the size of a sample: included once for each, after
// `VERNIER_JPEG_DECODER` has been defined as the function's name and the build's header has been included.

#include "codecs.h"

#include <string>

namespace vernier {
namespace {

// The handlers throw. The exception unwinds through the library's C code, which has unwind tables on the platforms that
// use ELF, and what is open here closes itself.

[[noreturn]] void fail(j_common_ptr codec) {
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  const std::string why = text;
  const bool isUnsupported = why.find("nsupported") != why.npos || why.find("ot implemented") != why.npos;
  if (isUnsupported) {
    throw Failure(VERNIER_UNSUPPORTED, "its kind of JPEG is not supported (" + why + "); export it uncompressed");
  }
  throw Failure(VERNIER_DAMAGED, "its JPEG data cannot be decoded: " + why);
}

/// The library fills up samples that are missing, with a warning.
void heed(j_common_ptr codec, int level) {
  constexpr int warning = -1;
  if (level != warning) return;
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  if (std::string(text).find("remature end") != std::string::npos) throw Failure(VERNIER_TRUNCATED, text);
}

void ignore(j_decompress_ptr) {}

boolean failEarly(j_decompress_ptr) { throw Failure(VERNIER_TRUNCATED, "a compressed frame ends early"); }

void skip(j_decompress_ptr codec, long count) {
  if (count <= 0) return;
  if (static_cast<size_t>(count) > codec->src->bytes_in_buffer) failEarly(codec);
  codec->src->next_input_byte += count;
  codec->src->bytes_in_buffer -= static_cast<size_t>(count);
}

class Decoder {
public:
  explicit Decoder(std::string_view bytes) {
    codec.err = jpeg_std_error(&errors);
    errors.error_exit = fail;
    errors.emit_message = heed;
    errors.output_message = [](j_common_ptr) {};
    jpeg_create_decompress(&codec);
    source.init_source = ignore;
    source.fill_input_buffer = failEarly;
    source.skip_input_data = skip;
    source.resync_to_restart = jpeg_resync_to_restart;
    source.term_source = ignore;
    source.next_input_byte = reinterpret_cast<const JOCTET *>(bytes.data());
    source.bytes_in_buffer = bytes.size();
    codec.src = &source;
  }
  ~Decoder() { jpeg_destroy_decompress(&codec); }
  Decoder(const Decoder &) = delete;
  Decoder &operator=(const Decoder &) = delete;

  jpeg_decompress_struct codec = {};

private:
  jpeg_error_mgr errors;
  jpeg_source_mgr source;
};

}  // namespace

DecodedFrame VERNIER_JPEG_DECODER(std::string_view bytes, const FrameSize &size) {
  Decoder decoder(bytes);
  auto &codec = decoder.codec;
  jpeg_read_header(&codec, TRUE);
  size.check(codec.image_width, codec.image_height, static_cast<size_t>(codec.num_components));
  // The header of DICOM says what the channels are, so they stay as they are.
  codec.out_color_space = codec.jpeg_color_space;
  DecodedFrame frame;
  const bool isAdobe = codec.saw_Adobe_marker;
  frame.isYCbCr = codec.num_components == 3 && (codec.saw_JFIF_marker || (isAdobe && codec.Adobe_transform == 1));
  frame.isRGB = codec.num_components == 3 && isAdobe && codec.Adobe_transform == 0;
  jpeg_start_decompress(&codec);
  frame.bits = static_cast<uint32_t>(codec.data_precision);
  std::vector<JSAMPLE> line(size.width * size.channels);
  frame.numbers.reserve(size.count());
  JSAMPROW row = line.data();
  while (codec.output_scanline < codec.output_height) {
    jpeg_read_scanlines(&codec, &row, 1);
    for (const JSAMPLE sample : line) frame.numbers.push_back(GETJSAMPLE(sample));
  }
  // What follows the last row, such as a missing end mark, takes nothing away.
  jpeg_abort_decompress(&codec);
  return frame;
}

}  // namespace vernier
