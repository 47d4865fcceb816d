#include "files.h"

#include "tiff/reading.h"
#include "volumes/output.h"

#include <sys/stat.h>

namespace vernier {
namespace {

/// A file that is opened anew for each frame.
class PlainSeries : public vernier_series {
public:
  explicit PlainSeries(const std::string &path) : path(path) {
    Answer answer = readFile(path, wholeFile);
    frames = answer.image.frames;
    header = std::move(answer.header);
  }

  Answer read(int64_t frame, const vernier_part &part) override {
    vernier_part chosen = part;
    if (frames > 1) chosen.time = frame;
    return readFile(path, chosen);
  }

private:
  std::string path;
};

}  // namespace

std::unique_ptr<vernier_series> openSeries(const std::string &path) {
  switch (recognise(path)) {
    case VERNIER_FORMAT_TIFF: return openTIFFSeries(path);
    case VERNIER_FORMAT_NIFTI: return openNIfTISeries(path);
    default: return std::make_unique<PlainSeries>(path);
  }
}

std::unique_ptr<vernier_writer> beginSeries(
  const std::string &path, const vernier_image &image, const FrameCount &frames, const Source &source) {
  switch (image.format) {
    case VERNIER_FORMAT_NIFTI: return beginNIfTI(path, image, frames, source);
    case VERNIER_FORMAT_TIFF: return beginTIFF(path, image, frames, source);
    default: throw Failure(VERNIER_FAILED, "no format for several frames");
  }
}

}  // namespace vernier
