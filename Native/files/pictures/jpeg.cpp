#include "jpeg.h"

#include "../payload.h"
#include "pictures.h"

#include <cerrno>
#include <cmath>
#include <cstring>

namespace vernier {
namespace {

// The handlers throw. The exception unwinds through libjpeg's C code, which has unwind tables on the platforms that use
// ELF, and what is open here closes itself.

std::string words(j_common_ptr codec) {
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  return text;
}

[[noreturn]] void fail(j_common_ptr codec) {
  const std::string text = words(codec);
  const bool isUnsupported = text.find("nsupported") != text.npos || text.find("not implemented") != text.npos;
  if (isUnsupported) {
    throw Failure(VERNIER_UNSUPPORTED, "its kind of JPEG is not supported (" + text + "); save it as PNG or TIFF");
  }
  throw Failure(VERNIER_DAMAGED, text);
}

[[noreturn]] void failWriting(j_common_ptr codec) {
  throw Failure(VERNIER_FAILED, errno ? std::strerror(errno) : words(codec));
}

/// libjpeg fills up samples that are missing, with a warning; other warnings (stray bytes between markers) are harmless.
void heed(j_common_ptr codec, int level) {
  constexpr int warning = -1;
  if (level != warning) return;
  const std::string text = words(codec);
  if (text.find("Premature end of") != text.npos) failTruncated();
  if (text.find("premature end") != text.npos) throw Failure(VERNIER_DAMAGED, text);
}

void discard(j_common_ptr) {}

}  // namespace

jpeg_error_mgr *JPEGErrors::forReading() {
  jpeg_std_error(&errors);
  errors.error_exit = fail;
  errors.emit_message = heed;
  errors.output_message = discard;
  return &errors;
}

jpeg_error_mgr *JPEGErrors::forWriting() {
  jpeg_std_error(&errors);
  errors.error_exit = failWriting;
  errors.emit_message = [](j_common_ptr, int) {};
  errors.output_message = discard;
  return &errors;
}

namespace {

int orientation(const jpeg_decompress_struct &codec) {
  for (auto marker = codec.marker_list; marker; marker = marker->next) {
    if (marker->marker != JPEG_APP0 + 1) continue;
    const int found = exifOrientation(marker->data, marker->data_length);
    if (found) return found;
  }
  return 0;
}

/// Adobe's programs store inks inverted, and everybody reads a JPEG of four inks so.
void convertInks(const Answer &inks, Answer &colors) {
  const auto *source = samplesOf<uint8_t>(inks);
  auto *destination = samplesOf<uint8_t>(colors);
  for (size_t index = 0; index < colors.samples->count; ++index) {
    for (size_t color = 0; color < 3; ++color) {
      destination[3 * index + color] = uint8_t((source[4 * index + color] * source[4 * index + 3] + 127) / 255);
    }
  }
}

}  // namespace

Answer readJPEG(const std::string &path, const vernier_part &part) {
  const File file = openFile(path);
  JPEGDecoder decoder;
  auto &codec = decoder.codec;
  jpeg_stdio_src(&codec, file.get());
  jpeg_save_markers(&codec, JPEG_APP0 + 1, 0xffff);
  jpeg_read_header(&codec, TRUE);
  // Markers go when the picture is finished.
  const int turn = orientation(codec);
  jpeg_start_decompress(&codec);
  Answer answer = makePicture(
    VERNIER_FORMAT_JPEG, codec.output_width, codec.output_height, codec.output_components, VERNIER_SAMPLE_UINT8);
  const size_t stride = size_t(codec.output_width) * size_t(codec.output_components);
  while (codec.output_scanline < codec.output_height) {
    JSAMPROW rows[8];
    for (size_t row = 0; row < std::size(rows); ++row) {
      const size_t line = std::min(codec.output_scanline + row, size_t(codec.output_height) - 1);
      rows[row] = samplesOf<JSAMPLE>(answer) + line * stride;
    }
    jpeg_read_scanlines(&codec, rows, std::size(rows));
  }
  jpeg_finish_decompress(&codec);
  if (codec.out_color_space == JCS_CMYK) {
    Answer colors = makePicture(VERNIER_FORMAT_JPEG, codec.output_width, codec.output_height, 3, VERNIER_SAMPLE_UINT8);
    convertInks(answer, colors);
    answer = std::move(colors);
  }
  setUpright(answer, turn);
  narrowPicture(answer, part);
  return answer;
}

void writeJPEG(const std::string &path, const vernier_image &image, const char *samples, int quality) {
  File file = createFile(path);
  JPEGEncoder encoder;
  jpeg_stdio_dest(&encoder.codec, file.get());
  constexpr int usualQuality = 95;
  encoder.begin(image.size[0], image.size[1], image.channels, quality > 0 ? quality : usualQuality);
  const size_t stride = size_t(image.size[0]) * size_t(image.channels);
  while (encoder.codec.next_scanline < encoder.codec.image_height) {
    auto *row = reinterpret_cast<JSAMPROW>(const_cast<char *>(samples)) + encoder.codec.next_scanline * stride;
    jpeg_write_scanlines(&encoder.codec, &row, 1);
  }
  jpeg_finish_compress(&encoder.codec);
  closeWritten(std::move(file));
}

void JPEGEncoder::begin(int64_t width, int64_t height, int channels, int quality) {
  if (width > JPEG_MAX_DIMENSION || height > JPEG_MAX_DIMENSION) {
    throw Failure(
      VERNIER_UNSUPPORTED, "a side is longer than the " + std::to_string(JPEG_MAX_DIMENSION) + " samples that JPEG holds");
  }
  codec.image_width = static_cast<JDIMENSION>(width);
  codec.image_height = static_cast<JDIMENSION>(height);
  codec.input_components = channels;
  codec.in_color_space = channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&codec);
  jpeg_set_quality(&codec, quality, TRUE);
  jpeg_start_compress(&codec, TRUE);
}

}  // namespace vernier
