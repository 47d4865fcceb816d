#include "nifti_header.h"
#include "../decoders.h"
#include "../payload.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace vernier {
namespace {

using Kind = NIfTIFields::Kind;

[[noreturn]] void refuse(const std::string &why) { throw Failure(VERNIER_UNSUPPORTED, why); }

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
    case 1: refuse("its samples are single bits (data type 1), which are not read: save it as 8-bit integers");
    case 32: case 1792: case 2048:
      refuse("its samples are complex numbers (data type " + std::to_string(datatype) + "): save their magnitude");
    case 1536: refuse("its samples are 128-bit floats (data type 1536), which are not read: save it as float64");
    default: refuse("its data type " + std::to_string(datatype) + " is none of NIfTI's: save it in another type");
  }
}

std::string shown(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3g", number);
  return text;
}

/// The greatest distance between the places of a corner by one matrix and by the other.
double distance(const Placement &left, const Placement &right, const NIfTIFields &fields) {
  double greatest = 0;
  for (int corner = 0; corner < 8; ++corner) {
    double squares = 0;
    for (int row = 0; row < 3; ++row) {
      double difference = left[size_t(4 * row + 3)] - right[size_t(4 * row + 3)];
      for (int axis = 0; axis < 3; ++axis) {
        const auto element = size_t(4 * row + axis);
        const double last = axis < fields.dimensions[0] ? double(fields.dimensions[axis + 1] - 1) : 0;
        if (corner >> axis & 1) difference += (left[element] - right[element]) * last;
      }
      squares += difference * difference;
    }
    greatest = std::max(greatest, std::sqrt(squares));
  }
  return greatest;
}

double determinant(const Placement &m) {
  return m[0] * (m[5] * m[10] - m[6] * m[9]) - m[1] * (m[4] * m[10] - m[6] * m[8]) +
         m[2] * (m[4] * m[9] - m[5] * m[8]);
}

/// Whether three axes that span space lead from a place that is finite.
bool isUsable(const Placement &placement) {
  double product = 1;
  for (size_t axis = 0; axis < 3; ++axis) {
    product *= std::sqrt(placement[axis] * placement[axis] + placement[axis + 4] * placement[axis + 4] +
                         placement[axis + 8] * placement[axis + 8]);
  }
  const bool isFinite = std::all_of(placement.begin(), placement.end(), [](double x) { return std::abs(x) < 1e9; });
  return isFinite && product > 0 && std::abs(determinant(placement)) > 1e-6 * product;
}

/// The spacing of each axis in space, made positive as ITK makes it.
void checkSpacing(const NIfTIFields &fields) {
  for (int axis = 1; axis <= std::min<int64_t>(fields.dimensions[0], 3); ++axis) {
    const double spacing = fields.spacing[axis];
    if (fields.dimensions[axis] > 1 && (!(std::abs(spacing) < 1e9) || spacing == 0)) {
      throw Failure(VERNIER_UNUSABLE_SPACING, shown(spacing));
    }
  }
}

/// What of the samples' scaling is to be applied.
std::optional<Scaling> scaling(const NIfTIFields &fields) {
  // The standard scales no colours.
  if (fields.datatype == 128 || fields.datatype == 2304) return {};
  Scaling result{fields.slope, fields.intercept};
  if (!std::isfinite(result.slope) || result.slope == 0) {
    // SPM's older rule, as nibabel has it: the range of the stored numbers stands for the range of the values.
    const double stored = double(fields.most) - double(fields.least);
    const double range = fields.displayMost - fields.displayLeast;
    if (fields.kind != Kind::analyze || stored == 0 || range == 0 || !std::isfinite(range)) return {};
    result.slope = range / stored;
    result.intercept = fields.displayLeast - result.slope * double(fields.least);
  }
  if (!std::isfinite(result.intercept)) {
    if (fields.kind != Kind::analyze) refuse("its scl_inter is not a finite number; correct its header");
    result.intercept = 0;
  }
  if (result.slope == 1 && result.intercept == 0) return {};
  return result;
}

}  // namespace

Placement NIfTIFields::qform() const {
  double b = quaternion[0], c = quaternion[1], d = quaternion[2];
  const double squares = b * b + c * c + d * d;
  // A half turn, but for rounding: the NIfTI library's own bound.
  const bool isHalfTurn = squares > 1 - 1e-7;
  if (isHalfTurn) {
    b /= std::sqrt(squares);
    c /= std::sqrt(squares);
    d /= std::sqrt(squares);
  }
  const double a = isHalfTurn ? 0 : std::sqrt(1 - squares);
  const double turn[9] = {a * a + b * b - c * c - d * d, 2 * (b * c - a * d), 2 * (b * d + a * c),
                          2 * (b * c + a * d), a * a + c * c - b * b - d * d, 2 * (c * d - a * b),
                          2 * (b * d - a * c), 2 * (c * d + a * b), a * a + d * d - b * b - c * c};
  Placement result;
  for (size_t row = 0; row < 3; ++row) {
    for (size_t axis = 0; axis < 3; ++axis) {
      const bool isFlipped = axis == 2 && spacing[0] < 0;
      const double step = spacing[axis + 1] == 0 ? 1 : std::abs(spacing[axis + 1]);
      result[4 * row + axis] = turn[3 * row + axis] * (isFlipped ? -step : step);
    }
    result[4 * row + 3] = qformOffset[row];
  }
  return result;
}

void setAxes(Volume &volume, const NIfTIFields &fields) {
  volume.type = storedType(fields.datatype);
  const int64_t count = fields.dimensions[0];
  if (count < 1 || count > 7) {
    refuse("its header tells " + std::to_string(count) + " axes, 1 to 7 are possible; export it again");
  }
  volume.isColor = fields.datatype == 128 || fields.datatype == 2304;
  volume.hasAlpha = fields.datatype == 2304;
  if (volume.isColor) volume.axes.push_back({AxisRole::channel, volume.hasAlpha ? 4 : 3});
  for (int axis = 1; axis <= count; ++axis) {
    const int64_t length = fields.dimensions[axis];
    if (length < 1) throw Failure(VERNIER_EMPTY, "an axis has no samples");
    const auto role = axis <= 3 ? AxisRole::space : axis == 5 ? AxisRole::channel : AxisRole::frame;
    volume.axes.push_back({role, length});
  }
  volume.scaling = scaling(fields);
}

void place(Volume &volume, const Placement &placement, const Unit &unit) {
  double steps[9];
  for (size_t row = 0; row < 3; ++row) {
    // The file's x runs to the right and its y to the front.
    const double sign = row < 2 ? -1 : 1;
    for (size_t axis = 0; axis < 3; ++axis) {
      steps[3 * row + axis] = sign * unit.inMillimetres(placement[4 * row + axis]);
    }
    volume.origin[row] = sign * unit.inMillimetres(placement[4 * row + 3]);
  }
  volume.setSteps(steps);
}

void setGrid(Volume &volume, const NIfTIFields &fields, std::string &remarks) {
  const Unit unit = fields.unit();
  bool isSform = fields.sformCode > 0;
  if (isSform && !isUsable(fields.sform)) {
    if (fields.qformCode <= 0) refuse("its orientation (sform) is singular or not finite; correct its header");
    remarks += "its sform is singular or not finite; its qform is used\n";
    isSform = false;
  }
  if (isSform) {
    if (fields.qformCode > 0) {
      const double apart = distance(fields.sform, fields.qform(), fields);
      const double least = std::abs(determinant(fields.sform));
      if (apart > 0.02 * std::cbrt(least)) {
        remarks += "its sform and qform disagree by " + shown(unit.inMillimetres(apart)) +
                   " mm; the sform is used, as nibabel, FSL and SPM do\n";
      }
    }
    return place(volume, fields.sform, unit);
  }
  checkSpacing(fields);
  if (fields.qformCode > 0) {
    const Placement placement = fields.qform();
    if (!isUsable(placement)) refuse("its orientation (qform) is not finite; correct its header");
    return place(volume, placement, unit);
  }
  remarks += "its header tells no place in space (sform_code and qform_code are 0); x is taken as left and y as back\n";
  for (int axis = 0; axis < 3; ++axis) {
    const bool isThere = axis < fields.dimensions[0] && fields.dimensions[axis + 1] > 1;
    volume.spacing[axis] = isThere ? unit.inMillimetres(std::abs(fields.spacing[axis + 1])) : 1;
  }
}

namespace {

/// What a file's header says, and where its samples are.
struct Content {
  explicit Content(const std::string &path);
  Answer read(const vernier_part &part, const std::function<Bytes(uint64_t first, size_t count)> &load) const;

  std::unique_ptr<NIfTIHeader> header;
  Volume volume;
  std::string remarks;
  Payload payload;
};

Content::Content(const std::string &path) {
  const NIfTINames names = niftiNames(path);
  header = std::make_unique<NIfTIHeader>(names.header);
  const NIfTIFields &fields = header->fields;
  if (header->isPair && names.samples == names.header) {
    const char *format = fields.kind == Kind::analyze ? "Analyze 7.5" : "NIfTI";
    refuse(std::string("it is a pair of ") + format + " files, and the other, .hdr or .img, is not beside it");
  }
  setAxes(volume, fields);
  if (fields.kind == Kind::analyze) {
    setAnalyzeGrid(volume, fields, names.header, remarks);
  } else {
    setGrid(volume, fields, remarks);
  }

  const double least = header->isPair ? 0 : fields.kind == Kind::nifti2 ? 540 : 348;
  // Some writers leave the place at 0 in a single file.
  const double offset = fields.offset == 0 ? least + (least > 0 ? 4 : 0) : fields.offset;
  if (!(offset >= least) || offset > 1e15) {
    refuse("its samples' place in the file (vox_offset) is " + shown(fields.offset) + "; correct its header");
  }
  payload.path = header->isPair ? names.samples : names.header;
  // Samples of a pair may begin as compressed ones do by chance.
  const bool isCompressed = header->isPair ? hasEnding(payload.path, ".gz") : isPacked(payload.path);
  payload.encoding = isCompressed ? Encoding::deflate : Encoding::raw;
  payload.skip = static_cast<uint64_t>(offset);
}

Answer Content::read(const vernier_part &part, const std::function<Bytes(uint64_t, size_t)> &load) const {
  const NIfTIFields &fields = header->fields;
  const size_t size = sampleSize(volume.type);
  Answer answer = take(volume, VERNIER_FORMAT_NIFTI, part, [&](size_t first, size_t count) {
    Bytes bytes = load(first * size, count * size);
    if (header->isSwapped) swapBytes(bytes.get(), count, size);
    return bytes;
  });
  if (fields.kind != Kind::analyze) answer.image.intent = fields.intent;
  setUnit(answer.image, fields.kind == Kind::analyze ? "mm" : fields.unit().symbol);
  answer.remarks = remarks + answer.remarks;
  return answer;
}

/// The frames of a file. What is compressed is decoded once for all frames that are read in their order.
class NIfTISeries : public vernier_series {
public:
  explicit NIfTISeries(const std::string &path) : content(path) {
    for (const Axis &axis : content.volume.axes) frames *= axis.role == AxisRole::frame ? axis.size : 1;
    header = std::make_unique<NIfTIHeader>(*content.header);
  }

  Answer read(int64_t frame, const vernier_part &part) override {
    vernier_part chosen = part;
    if (frames > 1) chosen.index = frame;
    return content.read(chosen, [this](uint64_t first, size_t count) { return load(first, count); });
  }

private:
  Bytes load(uint64_t first, size_t count) {
    const uint64_t total = content.volume.byteCount();
    if (content.payload.encoding == Encoding::raw) return vernier::load(content.payload, first, count, total);
    if (!decoder || first < position) {
      file = openFile(content.payload.path);
      decoder = makeDecoder(content.payload, file.get());
      decoder->skip(content.payload.skip);
      position = 0;
    }
    Bytes bytes = allocate(count);
    decoder->skip(first - position);
    decoder->read(bytes.get(), count);
    position = first + count;
    // The checksum stands at the end.
    if (position == total) decoder->finish();
    return bytes;
  }

  Content content;
  File file;
  std::unique_ptr<Decoder> decoder;
  /// Decoded bytes of the samples so far.
  uint64_t position = 0;
};

}  // namespace

Answer readNIfTI(const std::string &path, const vernier_part &part) {
  Content content(path);
  Answer answer = content.read(part, [&](uint64_t first, size_t count) {
    return load(content.payload, first, count, content.volume.byteCount());
  });
  answer.header = std::move(content.header);
  return answer;
}

std::unique_ptr<vernier_series> openNIfTISeries(const std::string &path) { return std::make_unique<NIfTISeries>(path); }

}  // namespace vernier
