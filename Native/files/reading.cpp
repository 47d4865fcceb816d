#include "files.h"

#include "payload.h"
#include "pictures/pictures.h"
#include "tiff/reading.h"

namespace vernier {
namespace {

/// Throws where the file shows by itself that it ends before its samples do, or its header has a fault that ITK would
/// repair in silence.
void checkBeforeReading(const std::string &path, int32_t format) {
  switch (format) {
    case VERNIER_FORMAT_NIFTI: return checkNIfTI(path);
    case VERNIER_FORMAT_META: return checkMeta(path);
    case VERNIER_FORMAT_DICOM: return checkDICOM(path);
    default: return;
  }
}

Answer readByITK(const std::string &path, int32_t format, const vernier_part &part) {
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
  if (answer.image.frames > 1) {
    const auto &size = answer.image.size;
    answer.samples->count = static_cast<size_t>(size[0] * size[1] * size[2]);
    answer.samples->first = static_cast<size_t>(volume) * answer.samples->count;
  }
  narrow(answer, part);
  return answer;
}

}  // namespace

Answer readFile(const std::string &path, const vernier_part &part) {
  const int32_t format = recognise(path);
  switch (format) {
    case 0: throw Failure(VERNIER_NOT_AN_IMAGE, strangerName(path));
    case VERNIER_FORMAT_PNG: return readPNG(path, part);
    case VERNIER_FORMAT_JPEG: return readJPEG(path, part);
    case VERNIER_FORMAT_TIFF: return readTIFF(path, part);
    case VERNIER_FORMAT_BMP: return readBMP(path, part);
    case VERNIER_FORMAT_WEBP: return readWebP(path, part);
    case VERNIER_FORMAT_GIF: return readGIF(path, part);
    case VERNIER_FORMAT_JPEG2000: return readJPEG2000(path, part);
    default: return readByITK(path, format, part);
  }
}

}  // namespace vernier
