#include "files.h"

namespace vernier {
namespace {

/// ITK expands a grey palette to three equal channels; they become one again.
void dropEqualChannels(const vernier_samples &samples, vernier_image &image) {
  if (samples.channels != 3 || samples.type != VERNIER_SAMPLE_UINT8) return;
  const char *bytes = samples.bytes.get();
  for (size_t index = 0; index < samples.count * 3; index += 3) {
    if (bytes[index] != bytes[index + 1] || bytes[index] != bytes[index + 2]) return;
  }
  image.channels = 1;
  image.is_color = 0;
}

}  // namespace

Answer readFile(const std::string &path, const vernier_part &part) {
  const int32_t format = recognise(path);
  if (format == 0) throw Failure(VERNIER_NOT_AN_IMAGE, "its content is none of the formats that can be read");
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
  Answer answer;
  const int64_t volume = describe(*io, format, part, answer.image);
  try {
    answer.samples = decode(*io, path, format);
  } catch (const itk::ExceptionObject &error) {
    throw Failure(VERNIER_TRUNCATED, error.GetDescription());
  }
  if (!Quiet::tiffError().empty()) throw Failure(VERNIER_TRUNCATED, Quiet::tiffError());
  if (answer.image.frames > 1) {
    const auto &size = answer.image.size;
    answer.samples->count = static_cast<size_t>(size[0] * size[1] * size[2]);
    answer.samples->first = static_cast<size_t>(volume) * answer.samples->count;
  }
  if (format == VERNIER_FORMAT_BMP) dropEqualChannels(*answer.samples, answer.image);
  narrow(answer, part);
  return answer;
}

}  // namespace vernier
