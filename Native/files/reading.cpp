#include "files.h"

namespace vernier {

vernier_samples *readFile(const std::string &path, vernier_image &image) {
  const int32_t format = recognise(path);
  if (format == 0) throw Failure(VERNIER_NOT_AN_IMAGE, "its content is none of the formats that can be read");
  image.format = format;
  checkBeforeReading(path, format);

  const auto io = makeIO(format);
  io->SetFileName(path);
  try {
    io->ReadImageInformation();
  } catch (const itk::ExceptionObject &error) {
    throw Failure(VERNIER_TRUNCATED, error.GetDescription());
  }
  describe(*io, format, image);
  std::unique_ptr<vernier_samples> samples;
  try {
    samples.reset(decode(*io));
  } catch (const itk::ExceptionObject &error) {
    throw Failure(VERNIER_TRUNCATED, error.GetDescription());
  }
  if (!Quiet::tiffError().empty()) throw Failure(VERNIER_TRUNCATED, Quiet::tiffError());
  return samples.release();
}

}  // namespace vernier
