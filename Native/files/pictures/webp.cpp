#include "pictures.h"

#include <webp/decode.h>
#include <webp/demux.h>

#include <cstring>

namespace vernier {
namespace {

struct Release {
  void operator()(WebPDemuxer *demuxer) const { WebPDemuxDelete(demuxer); }
  void operator()(WebPAnimDecoder *decoder) const { WebPAnimDecoderDelete(decoder); }
};

int orientation(WebPDemuxer *demuxer) {
  WebPChunkIterator chunk;
  if (!WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk)) return 0;
  const int found = exifOrientation(chunk.chunk.bytes, chunk.chunk.size);
  WebPDemuxReleaseChunkIterator(&chunk);
  return found;
}

[[noreturn]] void failDamaged() { throw Failure(VERNIER_DAMAGED, "its WebP data cannot be decoded"); }

/// A frame of an animation, with those before it beneath.
Answer decodeFrame(const WebPData &data, int64_t frame) {
  WebPAnimDecoderOptions options;
  if (!WebPAnimDecoderOptionsInit(&options)) failDamaged();
  options.color_mode = MODE_RGBA;
  const std::unique_ptr<WebPAnimDecoder, Release> decoder(WebPAnimDecoderNew(&data, &options));
  WebPAnimInfo info;
  if (!decoder || !WebPAnimDecoderGetInfo(decoder.get(), &info)) failDamaged();
  uint8_t *pixels = nullptr;
  int milliseconds = 0;
  for (int64_t index = 0; index <= frame; ++index) {
    if (!WebPAnimDecoderGetNext(decoder.get(), &pixels, &milliseconds)) failDamaged();
  }
  Answer answer = makePicture(VERNIER_FORMAT_WEBP, info.canvas_width, info.canvas_height, 4, VERNIER_SAMPLE_UINT8);
  std::memcpy(samplesOf<uint8_t>(answer), pixels, answer.samples->count * 4);
  return answer;
}

}  // namespace

Answer readWebP(const std::string &path, const vernier_part &part) {
  const auto bytes = readWhole(path);
  // RIFF tells its length behind the first four bytes.
  if (bytes.size() < 12) failTruncated();
  const uint64_t length = bytes[4] | uint64_t(bytes[5]) << 8 | uint64_t(bytes[6]) << 16 | uint64_t(bytes[7]) << 24;
  if (length + 8 > bytes.size()) failTruncated();

  const WebPData data = {bytes.data(), bytes.size()};
  const std::unique_ptr<WebPDemuxer, Release> demuxer(WebPDemux(&data));
  if (!demuxer) failDamaged();
  const int64_t frames = WebPDemuxGetI(demuxer.get(), WEBP_FF_FRAME_COUNT);
  choose(part.level, 1, "levels", "level=");
  const int64_t frame = chooseFrame(part, frames);
  Answer answer;
  if (frames > 1) {
    answer = decodeFrame(data, frame);
  } else {
    WebPBitstreamFeatures features;
    if (WebPGetFeatures(bytes.data(), bytes.size(), &features) != VP8_STATUS_OK) failDamaged();
    const int channels = features.has_alpha ? 4 : 3;
    answer = makePicture(VERNIER_FORMAT_WEBP, features.width, features.height, channels, VERNIER_SAMPLE_UINT8);
    const size_t byteCount = answer.samples->count * size_t(channels);
    const auto decode = features.has_alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
    if (!decode(bytes.data(), bytes.size(), samplesOf<uint8_t>(answer), byteCount, features.width * channels)) failDamaged();
  }
  setFrames(answer, part, frames, frame);
  setUpright(answer, orientation(demuxer.get()));
  narrow(answer, part);
  return answer;
}

}  // namespace vernier
