#include "files.h"

#include <cstdio>
#include <jpeglib.h>

#include <cmath>

namespace vernier {
namespace {

// codec_errors.cpp puts handlers in that throw, and so what is opened here closes itself.

class Encoder {
public:
  Encoder() {
    codec.err = jpeg_std_error(&errors);
    jpeg_create_compress(&codec);
    jpeg_mem_dest(&codec, &bytes, &count);
  }
  ~Encoder() {
    jpeg_destroy_compress(&codec);
    std::free(bytes);
  }
  Encoder(const Encoder &) = delete;
  Encoder &operator=(const Encoder &) = delete;

  jpeg_compress_struct codec = {};
  unsigned char *bytes = nullptr;
  unsigned long count = 0;

private:
  jpeg_error_mgr errors;
};

class Decoder {
public:
  explicit Decoder(const Encoder &encoder) {
    codec.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&codec);
    jpeg_mem_src(&codec, encoder.bytes, encoder.count);
  }
  ~Decoder() { jpeg_destroy_decompress(&codec); }
  Decoder(const Decoder &) = delete;
  Decoder &operator=(const Decoder &) = delete;

  jpeg_decompress_struct codec = {};

private:
  jpeg_error_mgr errors;
};

JSAMPLE sample(float value) {
  return static_cast<JSAMPLE>(std::isnan(value) ? 0 : std::nearbyint(std::fmin(std::fmax(value, 0.0f), 255.0f)));
}

}  // namespace

void compressAsJPEG(float *const *channels, int channelCount, int width, int height, int quality) {
  if (width > JPEG_MAX_DIMENSION || height > JPEG_MAX_DIMENSION) {
    throw Failure(VERNIER_UNSUPPORTED, "a side is longer than the " + std::to_string(JPEG_MAX_DIMENSION) + " samples that JPEG holds");
  }
  Encoder encoder;
  auto &output = encoder.codec;
  output.image_width = static_cast<JDIMENSION>(width);
  output.image_height = static_cast<JDIMENSION>(height);
  output.input_components = channelCount;
  output.in_color_space = channelCount == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&output);
  jpeg_set_quality(&output, quality, TRUE);
  jpeg_start_compress(&output, TRUE);
  const size_t stride = static_cast<size_t>(width) * static_cast<size_t>(channelCount);
  std::vector<JSAMPLE> line(stride);
  JSAMPROW row = line.data();
  for (int y = 0; y < height; ++y) {
    const size_t start = static_cast<size_t>(y) * static_cast<size_t>(width);
    for (size_t index = 0; index < stride; ++index) {
      const size_t channel = index % static_cast<size_t>(channelCount);
      line[index] = sample(channels[channel][start + index / static_cast<size_t>(channelCount)]);
    }
    jpeg_write_scanlines(&output, &row, 1);
  }
  jpeg_finish_compress(&output);

  Decoder decoder(encoder);
  auto &input = decoder.codec;
  jpeg_read_header(&input, TRUE);
  jpeg_start_decompress(&input);
  for (int y = 0; y < height; ++y) {
    jpeg_read_scanlines(&input, &row, 1);
    const size_t start = static_cast<size_t>(y) * static_cast<size_t>(width);
    for (size_t index = 0; index < stride; ++index) {
      const size_t channel = index % static_cast<size_t>(channelCount);
      channels[channel][start + index / static_cast<size_t>(channelCount)] = line[index];
    }
  }
  jpeg_finish_decompress(&input);
}

}  // namespace vernier
