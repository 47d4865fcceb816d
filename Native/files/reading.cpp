#include "files.h"

namespace vernier {
namespace {

/// ITK expands a grey palette to three equal channels; they become one again.
void dropEqualChannels(const vernier_samples &samples, vernier_image &image) {
  if (samples.channels != 3 || samples.component != itk::IOComponentEnum::UCHAR) return;
  const char *bytes = samples.bytes.get();
  for (size_t index = 0; index < samples.count * 3; index += 3) {
    if (bytes[index] != bytes[index + 1] || bytes[index] != bytes[index + 2]) return;
  }
  image.channels = 1;
}

}  // namespace

vernier_samples *readFile(const std::string &path, int64_t volume, vernier_image &image) {
  const int32_t format = recognise(path);
  if (format == 0) throw Failure(VERNIER_NOT_AN_IMAGE, "its content is none of the formats that can be read");
  image.format = format;
  checkBeforeReading(path, format);

  const auto held = turn(format);
  const auto io = makeIO(format);
  io->SetFileName(path);
  try {
    io->ReadImageInformation();
  } catch (const itk::ExceptionObject &error) {
    const std::string words = error.GetDescription();
    // The NRRD library refuses a spacing of 0 by itself.
    const bool isOfSpacing = words.find("spacing (") != std::string::npos;
    throw Failure(isOfSpacing ? VERNIER_UNUSABLE_SPACING : VERNIER_TRUNCATED, words);
  }
  describe(*io, format, image, volume);
  std::unique_ptr<vernier_samples> samples;
  try {
    samples.reset(decode(*io, path, format));
  } catch (const itk::ExceptionObject &error) {
    throw Failure(VERNIER_TRUNCATED, error.GetDescription());
  }
  if (!Quiet::tiffError().empty()) throw Failure(VERNIER_TRUNCATED, Quiet::tiffError());
  if (volume >= 0) {
    samples->count = static_cast<size_t>(image.size[0] * image.size[1] * image.size[2]);
    samples->first = static_cast<size_t>(volume) * samples->count;
  }
  if (format == VERNIER_FORMAT_BMP) dropEqualChannels(*samples, image);
  return samples.release();
}

}  // namespace vernier
