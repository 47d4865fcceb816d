#include "payload.h"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace vernier {
namespace {

/// The fields that decide what is read; see nifti1.h for the layout.
class Header {
public:
  explicit Header(const std::string &path) {
    gzFile file = gzopen(path.c_str(), "rb");
    if (!file) throw Failure(VERNIER_FAILED, "its header " + path + " cannot be read");
    isCompressed = !gzdirect(file);
    const int count = gzread(file, bytes, sizeof bytes);
    gzclose(file);
    if (count < int(sizeof bytes)) failTruncated();
    int32_t size;
    std::memcpy(&size, bytes, sizeof size);
    isSwapped = size != 348;
  }

  int dimension(int index) const { return number<int16_t>(40 + 2 * index); }
  int datatype() const { return number<int16_t>(70); }
  float spacing(int index) const { return number<float>(76 + 4 * index); }
  float offset() const { return number<float>(108); }
  float slope() const { return number<float>(112); }
  float intercept() const { return number<float>(116); }
  /// Whether the orientation that the header declares has numbers that can be computed with.
  bool hasUsableOrientation() const {
    const auto areUsable = [this](int position, int count) {
      for (int index = 0; index < count; ++index) {
        if (!(std::abs(number<float>(position + 4 * index)) < 1e9f)) return false;
      }
      return true;
    };
    const bool isQuaternionUsable = number<int16_t>(252) == 0 || areUsable(256, 6);
    const bool isMatrixUsable = number<int16_t>(254) == 0 || areUsable(280, 12);
    return isQuaternionUsable && isMatrixUsable;
  }
  bool isPair() const { return bytes[345] == 'i'; }

  bool isCompressed = false;
  bool isSwapped = false;

private:
  template <typename Number>
  Number number(int position) const {
    char copy[sizeof(Number)];
    std::memcpy(copy, bytes + position, sizeof copy);
    if (isSwapped) std::reverse(copy, copy + sizeof copy);
    Number result;
    std::memcpy(&result, copy, sizeof copy);
    return result;
  }

  char bytes[348];
};

/// The name with `.hdr` and `.img` exchanged; other names stay.
std::string partner(const std::string &path, const char *ending, const char *replacement) {
  for (const std::string suffix : {"", ".gz"}) {
    if (!hasEnding(path, ending + suffix)) continue;
    return path.substr(0, path.size() - strlen(ending) - suffix.size()) + replacement + suffix;
  }
  return path;
}

std::string headerPath(const std::string &path) { return partner(path, ".img", ".hdr"); }

bool isInterleaved(int datatype) { return datatype == 128 || datatype == 2304; }

int32_t storedType(int datatype) {
  switch (datatype) {
    case 2: case 128: case 2304: return VERNIER_SAMPLE_UINT8;
    case 4: return VERNIER_SAMPLE_INT16;
    case 8: return VERNIER_SAMPLE_INT32;
    case 16: return VERNIER_SAMPLE_FLOAT32;
    case 64: return VERNIER_SAMPLE_FLOAT64;
    case 256: return VERNIER_SAMPLE_INT8;
    case 512: return VERNIER_SAMPLE_UINT16;
    case 768: return VERNIER_SAMPLE_UINT32;
    case 1024: return VERNIER_SAMPLE_INT64;
    case 1280: return VERNIER_SAMPLE_UINT64;
    default:
      throw Failure(VERNIER_UNSUPPORTED, "its NIfTI data type " + std::to_string(datatype) + " is not supported");
  }
}

/// Applies value · slope + intercept, giving floats.
void rescale(vernier_samples &samples, double slope, double intercept) {
  const size_t count = samples.count * samples.channels;
  Bytes bytes = allocate(count * sizeof(float));
  float *values = reinterpret_cast<float *>(bytes.get());
  vernier_samples flat{std::move(samples.bytes), samples.type, 1, count, 1, 0};
  vernier_files()->copy_channel(&flat, 0, values);
  for (size_t index = 0; index < count; ++index) {
    values[index] = static_cast<float>(double(values[index]) * slope + intercept);
  }
  samples.bytes = std::move(bytes);
  samples.type = VERNIER_SAMPLE_FLOAT32;
}

}  // namespace

void checkNIfTI(const std::string &path) {
  const std::string name = headerPath(path);
  const Header header(name);
  if (header.isCompressed && !hasEnding(name, ".gz")) {
    throw Failure(VERNIER_UNSUPPORTED, "it is compressed NIfTI; give its name the ending .nii.gz");
  }
  const bool isNamed = hasEnding(name, ".nii") || hasEnding(name, ".nii.gz") || hasEnding(name, ".hdr") ||
                       hasEnding(name, ".hdr.gz");
  if (!isNamed) {
    throw Failure(VERNIER_UNSUPPORTED, "it is NIfTI; give its name the ending .nii, or .nii.gz if compressed");
  }
  // The SVD behind ITK ends the process at numbers that are not finite.
  if (!header.hasUsableOrientation()) {
    throw Failure(VERNIER_UNSUPPORTED, "its orientation (qform or sform) is not usable; correct its header");
  }
  if (header.dimension(0) < 1 || header.dimension(0) > 7) {
    throw Failure(VERNIER_TRUNCATED, "its header has " + std::to_string(header.dimension(0)) + " axes");
  }
  // The NIfTI library prints what it thinks of a type that it does not know.
  storedType(header.datatype());
  for (int axis = 1; axis <= std::min(header.dimension(0), 3); ++axis) {
    if (header.dimension(axis) < 1) throw Failure(VERNIER_EMPTY, "an axis has no samples");
    const float spacing = header.spacing(axis);
    if (header.dimension(axis) > 1 && (!(std::abs(spacing) < 1e9f) || spacing == 0)) {
      throw Failure(VERNIER_UNUSABLE_SPACING, std::to_string(spacing));
    }
  }
}

std::unique_ptr<vernier_samples> decodeNIfTI(const itk::ImageIOBase &io, const std::string &path) {
  const Header header(headerPath(path));
  std::unique_ptr<vernier_samples> samples(new vernier_samples{});
  samples->type = storedType(header.datatype());
  samples->channels = io.GetNumberOfComponents();
  samples->count = io.GetImageSizeInPixels();
  // Colours lie sample by sample, other channels one after the other along the fifth axis.
  const bool together = isInterleaved(header.datatype());
  samples->sampleStride = together ? samples->channels : 1;
  samples->channelStride = together ? 1 : samples->count;

  size_t declared = together ? samples->channels : 1;
  for (int axis = 1; axis <= std::min(header.dimension(0), 7); ++axis) declared *= std::max(header.dimension(axis), 1);
  const size_t count = samples->count * samples->channels;
  if (declared != count) throw Failure(VERNIER_UNSUPPORTED, "its axes are not those of an image");

  Payload payload;
  payload.path = header.isPair() ? partner(path, ".hdr", ".img") : path;
  payload.isCompressed = hasEnding(payload.path, ".gz") && header.isCompressed;
  const bool hasOffset = header.offset() >= 0 && header.offset() < 1e9f;
  if (!hasOffset) throw Failure(VERNIER_UNSUPPORTED, "the place of its samples in the file is not usable");
  const size_t offset = std::max<size_t>(static_cast<size_t>(header.offset()), header.isPair() ? 0 : 348);
  if (payload.isCompressed) {
    payload.skip = offset;
  } else {
    payload.offset = static_cast<int64_t>(offset);
  }
  payload.count = count * sampleSize(samples->type);
  samples->bytes = load(payload);
  if (header.isSwapped) swapBytes(samples->bytes.get(), count, sampleSize(samples->type));

  const double slope = header.slope(), intercept = header.intercept();
  const bool isScaled = std::isfinite(slope) && std::isfinite(intercept) && slope != 0 && !together &&
                        (slope != 1 || intercept != 0);
  if (isScaled) rescale(*samples, slope, intercept);
  return samples;
}

}  // namespace vernier
