#include "jpeg.h"

#include <cmath>
#include <cstdlib>

namespace vernier {
namespace {

JSAMPLE sample(float value) {
  return static_cast<JSAMPLE>(std::isnan(value) ? 0 : std::nearbyint(std::fmin(std::fmax(value, 0.0f), 255.0f)));
}

/// What libjpeg has written to memory, which it may have moved.
struct Output {
  ~Output() { std::free(bytes); }
  unsigned char *bytes = nullptr;
  unsigned long count = 0;
};

}  // namespace

void compressAsJPEG(float *const *channels, int channelCount, int width, int height, int quality) {
  Output output;
  {
    JPEGEncoder encoder;
    jpeg_mem_dest(&encoder.codec, &output.bytes, &output.count);
    encoder.begin(width, height, channelCount, quality);
    const size_t stride = static_cast<size_t>(width) * static_cast<size_t>(channelCount);
    std::vector<JSAMPLE> line(stride);
    JSAMPROW row = line.data();
    for (int y = 0; y < height; ++y) {
      const size_t start = static_cast<size_t>(y) * static_cast<size_t>(width);
      for (size_t index = 0; index < stride; ++index) {
        const size_t channel = index % static_cast<size_t>(channelCount);
        line[index] = sample(channels[channel][start + index / static_cast<size_t>(channelCount)]);
      }
      jpeg_write_scanlines(&encoder.codec, &row, 1);
    }
    jpeg_finish_compress(&encoder.codec);
  }

  JPEGDecoder decoder;
  jpeg_mem_src(&decoder.codec, output.bytes, output.count);
  jpeg_read_header(&decoder.codec, TRUE);
  jpeg_start_decompress(&decoder.codec);
  const size_t stride = static_cast<size_t>(width) * static_cast<size_t>(channelCount);
  std::vector<JSAMPLE> line(stride);
  JSAMPROW row = line.data();
  for (int y = 0; y < height; ++y) {
    jpeg_read_scanlines(&decoder.codec, &row, 1);
    const size_t start = static_cast<size_t>(y) * static_cast<size_t>(width);
    for (size_t index = 0; index < stride; ++index) {
      const size_t channel = index % static_cast<size_t>(channelCount);
      channels[channel][start + index / static_cast<size_t>(channelCount)] = line[index];
    }
  }
  jpeg_finish_decompress(&decoder.codec);
}

}  // namespace vernier
