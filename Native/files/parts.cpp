#include "files.h"

#include <cmath>
#include <cstring>

namespace vernier {

vernier_image blankImage(int32_t format) {
  vernier_image image = {};
  image.format = format;
  image.rank = 2;
  image.channels = 1;
  image.size[0] = image.size[1] = image.size[2] = 1;
  image.spacing[0] = image.spacing[1] = image.spacing[2] = 1;
  image.direction[0] = image.direction[3] = 1;
  image.alpha = -1;
  image.file_channels = image.frames = image.levels = 1;
  image.channel_by_rule = image.frame_by_rule = -1;
  return image;
}

int64_t choose(int64_t chosen, int64_t count, const std::string &what, const std::string &key) {
  if (chosen < count) return std::max<int64_t>(chosen, 0);
  if (count == 1) {
    const std::string one = what.substr(0, what.size() - 1);
    throw Failure(VERNIER_UNSUPPORTED, "it holds one " + one + "; name it without [" + key + std::to_string(chosen) + "]");
  }
  throw Failure(VERNIER_UNSUPPORTED, "it holds " + std::to_string(count) + " " + what + "; choose one from [" + key +
                                       "0] to [" + key + std::to_string(count - 1) + "]");
}

namespace {

void keepChannel(Answer &answer, int64_t channel) {
  vernier_image &image = answer.image;
  const size_t typeSize = sampleSize(answer.samples->type);
  vernier_samples &samples = *answer.samples;
  // The channel's first sample becomes the first of all.
  Bytes kept = allocate(samples.count * typeSize);
  const char *source = samples.bytes.get() +
                       (static_cast<size_t>(channel) * samples.channelStride + samples.first * samples.sampleStride) * typeSize;
  for (size_t index = 0; index < samples.count; ++index) {
    std::memcpy(kept.get() + index * typeSize, source + index * samples.sampleStride * typeSize, typeSize);
  }
  samples.bytes = std::move(kept);
  samples.channels = samples.sampleStride = 1;
  samples.channelStride = samples.first = 0;
  image.channels = 1;
  image.is_color = 0;
  image.alpha = -1;
}

/// The slice as a picture: where it lies in the plane of its own axes.
void keepSlice(Answer &answer, int64_t slice) {
  vernier_image &image = answer.image;
  vernier_samples &samples = *answer.samples;
  samples.count = static_cast<size_t>(image.size[0] * image.size[1]);
  samples.first += static_cast<size_t>(slice) * samples.count;
  const double far = static_cast<double>(slice) * image.spacing[2];
  const double *m = image.direction;
  image.origin[0] += m[2] * far;
  image.origin[1] += m[5] * far;
  double plane[4] = {m[0], m[1], m[3], m[4]};
  if (std::abs(plane[0] * plane[3] - plane[1] * plane[2]) <= 1e-6) {
    // A slice across the volume has no direction of its own in the plane.
    plane[0] = plane[3] = 1;
    plane[1] = plane[2] = 0;
  }
  std::copy(plane, plane + 4, image.direction);
  image.rank = 2;
  image.size[2] = 1;
}

}  // namespace

void narrow(Answer &answer, const vernier_part &part) {
  vernier_image &image = answer.image;
  image.file_channels = image.channels;
  const int64_t channel = choose(part.channel, image.channels, "channels", "c=");
  const int64_t slice = choose(part.slice, image.rank == 3 ? image.size[2] : 1, "slices", "z=");
  if (part.slice >= 0 && image.rank == 3) keepSlice(answer, slice);
  if (part.channel >= 0 && image.channels > 1) keepChannel(answer, channel);
  if (image.channels > VERNIER_FILES_MOST_CHANNELS) {
    throw Failure(VERNIER_UNSUPPORTED, "it has " + std::to_string(image.channels) + " channels, and " +
                                         std::to_string(VERNIER_FILES_MOST_CHANNELS) +
                                         " can be read at once; choose one, from [c=0] to [c=" +
                                         std::to_string(image.channels - 1) + "]");
  }
  const int colours = image.channels - (image.alpha >= 0 ? 1 : 0);
  image.channel_by_rule = colours > 1 && !image.is_color ? 0 : -1;
}

}  // namespace vernier
