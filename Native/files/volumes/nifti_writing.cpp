#include "nifti_header.h"
#include "output.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace vernier {
namespace {

using Kind = NIfTIFields::Kind;

int32_t datatype(int32_t type) {
  switch (type) {
    case VERNIER_SAMPLE_UINT8: return 2;
    case VERNIER_SAMPLE_INT8: return 256;
    case VERNIER_SAMPLE_UINT16: return 512;
    case VERNIER_SAMPLE_INT16: return 4;
    case VERNIER_SAMPLE_UINT32: return 768;
    case VERNIER_SAMPLE_INT32: return 8;
    case VERNIER_SAMPLE_UINT64: return 1280;
    case VERNIER_SAMPLE_INT64: return 1024;
    case VERNIER_SAMPLE_FLOAT32: return 16;
    default: return 64;
  }
}

/// The rotation that is closest to a matrix, by Newton's iteration for the polar decomposition.
std::array<double, 9> closestRotation(std::array<double, 9> m) {
  for (int iteration = 0; iteration < 60; ++iteration) {
    const std::array<double, 9> cofactors = {
      m[4] * m[8] - m[5] * m[7], m[5] * m[6] - m[3] * m[8], m[3] * m[7] - m[4] * m[6],
      m[2] * m[7] - m[1] * m[8], m[0] * m[8] - m[2] * m[6], m[1] * m[6] - m[0] * m[7],
      m[1] * m[5] - m[2] * m[4], m[2] * m[3] - m[0] * m[5], m[0] * m[4] - m[1] * m[3]};
    const double determinant = m[0] * cofactors[0] + m[1] * cofactors[1] + m[2] * cofactors[2];
    double change = 0;
    for (size_t element = 0; element < 9; ++element) {
      const double next = (m[element] + cofactors[element] / determinant) / 2;
      change = std::max(change, std::abs(next - m[element]));
      m[element] = next;
    }
    if (change < 1e-15) break;
  }
  return m;
}

/// The quaternion b, c, d of a rotation, as nifti_mat44_to_quatern has it.
void setQuaternion(const std::array<double, 9> &m, double *quaternion) {
  double a = m[0] + m[4] + m[8] + 1;
  double b, c, d;
  if (a > 0.5) {
    a = std::sqrt(a) / 2;
    b = (m[7] - m[5]) / (4 * a);
    c = (m[2] - m[6]) / (4 * a);
    d = (m[3] - m[1]) / (4 * a);
  } else {
    const double x = 1 + m[0] - m[4] - m[8], y = 1 + m[4] - m[0] - m[8], z = 1 + m[8] - m[0] - m[4];
    if (x > 1) {
      b = std::sqrt(x) / 2;
      c = (m[1] + m[3]) / (4 * b);
      d = (m[2] + m[6]) / (4 * b);
      a = (m[7] - m[5]) / (4 * b);
    } else if (y > 1) {
      c = std::sqrt(y) / 2;
      b = (m[1] + m[3]) / (4 * c);
      d = (m[5] + m[7]) / (4 * c);
      a = (m[2] - m[6]) / (4 * c);
    } else {
      d = std::sqrt(z) / 2;
      b = (m[2] + m[6]) / (4 * d);
      c = (m[5] + m[7]) / (4 * d);
      a = (m[3] - m[1]) / (4 * d);
    }
    if (a < 0) {
      b = -b;
      c = -c;
      d = -d;
    }
  }
  quaternion[0] = b;
  quaternion[1] = c;
  quaternion[2] = d;
}

/// Both forms from the image's own grid, in a unit of so many millimetres.
void setForms(NIfTIFields &fields, const vernier_image &image, int32_t code) {
  const Steps steps(image);
  const double unit = fields.unit().millimetres;
  std::array<double, 9> directions;
  bool isOrthogonal = true;
  for (int axis = 0; axis < 3; ++axis) {
    double squares = 0;
    for (int row = 0; row < 3; ++row) {
      const double sign = row < 2 ? -1 : 1;
      const double step = sign * steps.matrix[3 * row + axis] / unit;
      fields.sform[size_t(4 * row + axis)] = step;
      directions[size_t(3 * row + axis)] = step;
      squares += step * step;
    }
    fields.spacing[axis + 1] = std::sqrt(squares);
    for (int row = 0; row < 3; ++row) directions[size_t(3 * row + axis)] /= std::sqrt(squares);
  }
  for (int row = 0; row < 3; ++row) {
    const double sign = row < 2 ? -1 : 1;
    fields.qformOffset[row] = fields.sform[size_t(4 * row + 3)] = sign * steps.origin[row] / unit;
  }
  const double determinant = directions[0] * (directions[4] * directions[8] - directions[5] * directions[7]) -
                             directions[1] * (directions[3] * directions[8] - directions[5] * directions[6]) +
                             directions[2] * (directions[3] * directions[7] - directions[4] * directions[6]);
  fields.spacing[0] = determinant < 0 ? -1 : 1;
  if (determinant < 0) {
    for (size_t row = 0; row < 3; ++row) directions[3 * row + 2] = -directions[3 * row + 2];
  }
  const auto rotation = closestRotation(directions);
  for (size_t element = 0; element < 9; ++element) {
    isOrthogonal = isOrthogonal && std::abs(rotation[element] - directions[element]) < 1e-5;
  }
  setQuaternion(rotation, fields.quaternion);
  fields.sformCode = code;
  // A quaternion cannot hold a shear: where there is one the sform alone counts.
  fields.qformCode = isOrthogonal ? code : 0;
}

/// Whether the image lies where the header places its own.
bool isPlacedBy(const NIfTIFields &fields, const vernier_image &image) {
  if (fields.kind == Kind::analyze) return false;
  vernier_image other = blankImage(VERNIER_FORMAT_NIFTI);
  try {
    Volume volume;
    std::string remarks;
    setGrid(volume, fields, remarks);
    int64_t size[3];
    for (int axis = 0; axis < 3; ++axis) size[axis] = axis < fields.dimensions[0] ? fields.dimensions[axis + 1] : 1;
    setGrid(other, size, volume.spacing, volume.origin, volume.direction);
  } catch (const Failure &) {
    return false;
  }
  if (other.rank != image.rank) return false;
  for (int axis = 0; axis < image.rank; ++axis) {
    if (other.size[axis] != image.size[axis]) return false;
    const double tolerance = 1e-5 * image.spacing[axis];
    if (std::abs(other.origin[axis] - image.origin[axis]) > tolerance + 1e-7 * std::abs(image.origin[axis])) {
      return false;
    }
    if (std::abs(other.spacing[axis] - image.spacing[axis]) > tolerance) return false;
  }
  for (int element = 0; element < image.rank * image.rank; ++element) {
    if (std::abs(other.direction[element] - image.direction[element]) > 1e-6) return false;
  }
  return true;
}

/// The header's place in space: the forms as the other file has them where the image is on its grid.
void setPlace(NIfTIFields &fields, const vernier_image &image, const NIfTIFields *other) {
  constexpr int32_t millimetres = 2, scanner = 1;
  fields.units = other ? other->units & 7 : millimetres;
  if (!other || !isPlacedBy(*other, image)) {
    const int32_t code = other && other->kind != Kind::analyze ? std::max(other->sformCode, other->qformCode) : 0;
    return setForms(fields, image, code > 0 ? code : scanner);
  }
  std::copy(other->spacing, other->spacing + 4, fields.spacing);
  std::copy(other->quaternion, other->quaternion + 3, fields.quaternion);
  std::copy(other->qformOffset, other->qformOffset + 3, fields.qformOffset);
  fields.sform = other->sform;
  fields.qformCode = other->qformCode;
  fields.sformCode = other->sformCode;
}

const NIfTIFields *fieldsOf(const vernier_header *header) {
  const auto *own = dynamic_cast<const NIfTIHeader *>(header);
  return own ? &own->fields : nullptr;
}

}  // namespace

namespace {

/// Whether the channels of a voxel stand together: colours, which have a type of their own.
bool isOfColors(const vernier_image &image) {
  return image.sample_type == VERNIER_SAMPLE_UINT8 && image.is_color &&
         (image.channels == 3 || (image.channels == 4 && image.alpha == 3));
}

NIfTIFields describe(const vernier_image &image, const Source &source) {
  NIfTIFields fields;
  const int64_t longest = *std::max_element(image.size, image.size + image.rank);
  fields.kind = longest > std::numeric_limits<int16_t>::max() ? Kind::nifti2 : Kind::nifti1;
  const bool isColor = isOfColors(image);
  const NIfTIFields *place = fieldsOf(source.geometry), *content = fieldsOf(source.content);
  setPlace(fields, image, place);

  std::fill(fields.dimensions, fields.dimensions + 8, 1);
  const bool isSlice = image.rank == 2 && place && place->dimensions[0] > 2;
  fields.dimensions[0] = isSlice ? 3 : image.rank;
  for (int axis = 0; axis < image.rank; ++axis) fields.dimensions[axis + 1] = image.size[axis];
  for (int axis = image.rank; axis < 7; ++axis) {
    if (fields.spacing[axis + 1] == 0) fields.spacing[axis + 1] = 1;
  }
  fields.datatype = isColor ? (image.channels == 3 ? 128 : 2304) : datatype(image.sample_type);
  fields.bitsPerVoxel =
    static_cast<int32_t>(8 * sampleSize(image.sample_type) * (isColor ? size_t(image.channels) : 1));
  if (image.channels > 1 && !isColor) {
    constexpr int32_t vector = 1007;
    fields.dimensions[0] = 5;
    fields.dimensions[5] = image.channels;
    fields.intent = vector;
  }
  if (content) {
    std::copy(content->description, content->description + sizeof fields.description, fields.description);
    std::copy(content->auxiliary, content->auxiliary + sizeof fields.auxiliary, fields.auxiliary);
    fields.displayMost = content->displayMost;
    fields.displayLeast = content->displayLeast;
    if (image.channels == 1 && content->kind != Kind::analyze) {
      fields.intent = content->intent;
      std::copy(content->intentParameters, content->intentParameters + 3, fields.intentParameters);
      std::copy(content->intentName, content->intentName + sizeof fields.intentName, fields.intentName);
    }
  }
  fields.slope = 1;
  fields.offset = fields.kind == Kind::nifti2 ? 544 : 352;
  return fields;
}

/// Makes the header that of a series; what another header says of time is kept.
void setTime(NIfTIFields &fields, int64_t frames, const NIfTIFields *other) {
  if (frames > std::numeric_limits<int16_t>::max() && fields.kind == Kind::nifti1) {
    fields.kind = Kind::nifti2;
    fields.offset = 544;
  }
  fields.dimensions[0] = 4;
  fields.dimensions[4] = frames;
  if (!other || other->kind == Kind::analyze || other->dimensions[0] < 4) return;
  constexpr int32_t time = 0x38;
  fields.units |= other->units & time;
  fields.spacing[4] = other->spacing[4];
  fields.sliceStart = other->sliceStart;
  fields.sliceEnd = other->sliceEnd;
  fields.sliceDuration = other->sliceDuration;
  fields.sliceCode = other->sliceCode;
  fields.timeOffset = other->timeOffset;
  fields.axisRoles = other->axisRoles;
}

class NIfTIWriter : public vernier_writer {
public:
  NIfTIWriter(const std::string &path, const vernier_image &image, const NIfTIFields &fields)
      : output(path), image(image), isPacked(hasEnding(path, ".gz")) {
    if (isPacked) output.startPacking(Output::Packing::gzip);
    // Four zeros say that no extensions follow.
    output.write(fields.bytes() + std::string(4, 0));
  }

  void append(const float *const *channels) override { writeSamples(output, image, channels, isOfColors(image)); }

  void finish() override {
    if (isPacked) output.endPacking();
    output.close();
  }

private:
  Output output;
  vernier_image image;
  bool isPacked;
};

}  // namespace

std::unique_ptr<vernier_writer> beginNIfTI(
  const std::string &path, const vernier_image &image, const FrameCount &frames, const Source &source) {
  if (image.channels > 1 && !isOfColors(image)) {
    throw Failure(VERNIER_FAILED, "NIfTI puts the channels of all frames one after another; write TIFF (.tif)");
  }
  NIfTIFields fields = describe(image, source);
  setTime(fields, frames.count, fieldsOf(source.content));
  const size_t count = static_cast<size_t>(image.size[0] * image.size[1] * (image.rank > 2 ? image.size[2] : 1));
  if (!hasEnding(path, ".gz")) {
    checkRoom(path, count * size_t(image.channels) * sampleSize(image.sample_type) * size_t(frames.count));
  }
  return std::make_unique<NIfTIWriter>(path, image, fields);
}

void writeNIfTI(
  const std::string &path, const vernier_image &image, const float *const *channels, const Source &source) {
  NIfTIWriter writer(path, image, describe(image, source));
  writer.append(channels);
  writer.finish();
}

}  // namespace vernier
