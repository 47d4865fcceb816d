#include "nrrd_header.h"
#include "volume.h"

#include <algorithm>
#include <cstring>

namespace vernier {
namespace {

[[noreturn]] void refuse(const std::string &why) { throw Failure(VERNIER_UNSUPPORTED, why); }

std::string small(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

int32_t storedType(const std::string &text) {
  static const std::map<std::string, int32_t> types = [] {
    std::map<std::string, int32_t> result;
    const auto add = [&](int32_t type, std::initializer_list<const char *> names) {
      for (const char *name : names) result[name] = type;
    };
    add(VERNIER_SAMPLE_INT8, {"signed char", "int8", "int8_t"});
    add(VERNIER_SAMPLE_UINT8, {"uchar", "unsigned char", "uint8", "uint8_t"});
    add(VERNIER_SAMPLE_INT16, {"short", "short int", "signed short", "signed short int", "int16", "int16_t"});
    add(VERNIER_SAMPLE_UINT16, {"ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"});
    add(VERNIER_SAMPLE_INT32, {"int", "signed int", "int32", "int32_t"});
    add(VERNIER_SAMPLE_UINT32, {"uint", "unsigned int", "uint32", "uint32_t"});
    add(VERNIER_SAMPLE_INT64, {"longlong", "long long", "long long int", "signed long long", "signed long long int",
                               "int64", "int64_t"});
    add(VERNIER_SAMPLE_UINT64, {"ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"});
    add(VERNIER_SAMPLE_FLOAT32, {"float", "float32"});
    add(VERNIER_SAMPLE_FLOAT64, {"double", "float64"});
    return result;
  }();
  const auto found = types.find(small(text));
  if (text.empty()) refuse("its header has no type; export it again");
  if (found == types.end()) {
    refuse("its type “" + text.substr(0, 40) + "” is none that can be read; save it as numbers");
  }
  return found->second;
}

/// What is told of an axis.
struct AxisField {
  int64_t size;
  std::string kind;
  /// The step in space; empty where the axis does not lie in it.
  std::vector<double> step;
  double spacing = unknown, least = unknown, most = unknown;
  bool isNode = false;
  AxisRole role = AxisRole::space;
};

std::vector<AxisField> axisFields(const NRRDHeader &header) {
  const int64_t dimension = header.integer("dimension", 0);
  if (dimension < 1 || dimension > 16) {
    refuse("its header tells " + std::to_string(dimension) + " axes, 1 to 16 are possible; export it again");
  }
  const size_t count = static_cast<size_t>(dimension);
  std::vector<AxisField> axes(count);
  const auto each = [&](const char *name, auto take) {
    if (!header.has(name)) return;
    const auto values = header.numbers(name, count);
    for (size_t axis = 0; axis < count; ++axis) take(axes[axis], values[axis]);
  };
  if (!header.has("sizes")) refuse("its header has no sizes; export it again");
  each("sizes", [](AxisField &axis, double value) {
    if (!(value >= 1 && value < 9e15)) throw Failure(VERNIER_EMPTY, "an axis has no samples");
    axis.size = static_cast<int64_t>(value);
  });
  each("spacings", [](AxisField &axis, double value) { axis.spacing = value; });
  each("axismins", [](AxisField &axis, double value) { axis.least = value; });
  each("axismaxs", [](AxisField &axis, double value) { axis.most = value; });
  const auto kinds = header.words("kinds"), centers = header.words("centers");
  for (size_t axis = 0; axis < count; ++axis) {
    if (axis < kinds.size()) axes[axis].kind = small(kinds[axis]);
    axes[axis].isNode = axis < centers.size() && small(centers[axis]) == "node";
  }
  if (header.has("spacedirections")) {
    const auto steps = header.vectors("spacedirections");
    if (steps.size() != count) {
      refuse("its header has " + std::to_string(steps.size()) + " space directions for " + std::to_string(count) +
             " axes; correct it");
    }
    for (size_t axis = 0; axis < count; ++axis) axes[axis].step = steps[axis];
  }
  return axes;
}

bool isOneOf(const std::string &kind, std::initializer_list<const char *> kinds) {
  return std::find_if(kinds.begin(), kinds.end(), [&](const char *other) { return kind == other; }) != kinds.end();
}

/// How many numbers a kind's axis has; 0 where any.
int64_t channelsOf(const std::string &kind) {
  if (isOneOf(kind, {"scalar", "stub"})) return 1;
  if (isOneOf(kind, {"2-vector"})) return 2;
  if (isOneOf(kind, {"3-color", "rgb-color", "hsv-color", "xyz-color", "3-vector", "3-gradient", "3-normal",
                     "2d-symmetric-matrix"})) {
    return 3;
  }
  if (isOneOf(kind, {"4-color", "rgba-color", "4-vector", "quaternion", "2d-masked-symmetric-matrix", "2d-matrix"})) {
    return 4;
  }
  if (kind == "2d-masked-matrix") return 5;
  if (kind == "3d-symmetric-matrix") return 6;
  if (kind == "3d-masked-symmetric-matrix") return 7;
  if (kind == "3d-matrix") return 9;
  if (kind == "3d-masked-matrix") return 10;
  return 0;
}

/// What each axis counts, by its kind, and where that says nothing, by whether it lies in space.
void setRoles(std::vector<AxisField> &axes, size_t spaceDimension) {
  const bool hasSteps = std::any_of(axes.begin(), axes.end(), [](const AxisField &axis) { return !axis.step.empty(); });
  int inSpace = 0;
  for (size_t index = 0; index < axes.size(); ++index) {
    AxisField &axis = axes[index];
    const std::string &kind = axis.kind;
    if (kind == "complex") refuse("its samples are complex numbers (kind complex): save their magnitude");
    const int64_t channels = channelsOf(kind);
    if (channels > 0 && axis.size != channels) {
      refuse("its axis " + std::to_string(index + 1) + " of kind " + kind + " has " + std::to_string(axis.size) +
             " numbers, not " + std::to_string(channels) + "; correct its header");
    }
    // A step through time alone is none in space.
    const bool isTime = axis.step.size() == 4 && axis.step[0] == 0 && axis.step[1] == 0 && axis.step[2] == 0;
    const bool isVector = channels > 0 || isOneOf(kind, {"vector", "covariant-vector", "normal", "point"});
    if (isVector) {
      axis.role = AxisRole::channel;
    } else if (isOneOf(kind, {"time", "list"}) || isTime) {
      axis.role = AxisRole::frame;
    } else if (hasSteps && axis.step.empty()) {
      if (isOneOf(kind, {"domain", "space"})) {
        refuse(
          "its axis " + std::to_string(index + 1) + " lies in space and has no space direction; correct its header");
      }
      // The numbers of one sample lie together by custom, volumes one after another.
      axis.role = index == 0 ? AxisRole::channel : AxisRole::frame;
    } else {
      axis.role = ++inSpace > 3 ? AxisRole::frame : AxisRole::space;
    }
    const bool isInSpace = axis.role == AxisRole::space && !axis.step.empty();
    if (isInSpace && axis.step.size() == 4 && axis.step[3] != 0) {
      refuse("its axis " + std::to_string(index + 1) + " runs through space and time at once, which is not read");
    }
    if (isInSpace && axis.step.size() != spaceDimension) {
      refuse("its space directions have " + std::to_string(axis.step.size()) + " numbers for a space of " +
             std::to_string(spaceDimension) + " dimensions; correct its header");
    }
    if (axis.role != AxisRole::space) axis.step.clear();
  }
}

/// The grid by directions in space.
void setGridInSpace(Volume &volume, const NRRDHeader &header, const std::vector<AxisField> &axes) {
  const auto signs = header.signs();
  const auto units = header.units();
  const size_t dimension = header.spaceDimension(), rows = std::min<size_t>(dimension, 3);
  double steps[9] = {0, 0, 0, 0, 0, 0, 0, 0, 0};
  size_t count = 0;
  for (const auto &axis : axes) {
    if (axis.step.empty()) continue;
    for (size_t row = 0; row < rows; ++row) {
      steps[3 * row + count] = signs[row] * units[row].inMillimetres(axis.step[row]);
    }
    ++count;
  }
  const auto across = [&](size_t row, size_t axis) { return steps[3 * (row % 3) + axis]; };
  if (count == 2) {
    // A picture in space: the third axis stands upon it.
    double length = 0;
    for (size_t row = 0; row < 3; ++row) {
      steps[3 * row + 2] = across(row + 1, 0) * across(row + 2, 1) - across(row + 2, 0) * across(row + 1, 1);
      length += steps[3 * row + 2] * steps[3 * row + 2];
    }
    for (size_t row = 0; row < 3 && length > 0; ++row) steps[3 * row + 2] /= std::sqrt(length);
  }
  volume.setSteps(steps);
  if (!header.has("spaceorigin")) return;
  const auto origins = header.vectors("spaceorigin");
  if (origins.size() != 1 || origins[0].size() != dimension) {
    refuse(
      "its space origin is no place in a space of " + std::to_string(dimension) + " dimensions; correct its header");
  }
  for (size_t row = 0; row < rows; ++row) {
    const double place = origins[0][row];
    volume.origin[row] = std::isnan(place) ? 0 : signs[row] * units[row].inMillimetres(place);
  }
}

/// The grid by spacings, or by the places of the first and last samples, without directions.
void setGridOfAxes(Volume &volume, const NRRDHeader &header, const std::vector<AxisField> &axes) {
  const auto units = header.units();
  size_t count = 0;
  for (const auto &axis : axes) {
    if (axis.role != AxisRole::space) continue;
    double spacing = axis.spacing;
    const double intervals = double(axis.size) - (axis.isNode ? 1 : 0);
    if (std::isnan(spacing)) spacing = (axis.most - axis.least) / intervals;
    if (std::isnan(spacing)) spacing = 1;
    if (spacing < 0) volume.direction[4 * count] = -1;
    volume.spacing[count] = units[count].inMillimetres(std::abs(spacing));
    // Unless its samples are nodes, an axis begins at the edge of its first cell.
    if (!std::isnan(axis.least)) {
      volume.origin[count] = units[count].inMillimetres(axis.least + (axis.isNode ? 0 : spacing / 2));
    }
    ++count;
  }
  if (!header.has("spaceorigin")) return;
  const auto origins = header.vectors("spaceorigin");
  for (size_t row = 0; row < std::min<size_t>(3, origins.empty() ? 0 : origins[0].size()); ++row) {
    if (!std::isnan(origins[0][row])) {
      volume.origin[row] = header.signs()[row] * units[row].inMillimetres(origins[0][row]);
    }
  }
}

}  // namespace

Answer readNRRD(const std::string &path, const vernier_part &part) {
  auto header = std::make_unique<NRRDHeader>(path);
  auto axes = axisFields(*header);
  const bool isInSpace =
    std::any_of(axes.begin(), axes.end(), [](const AxisField &axis) { return !axis.step.empty(); });
  const size_t dimension = header->spaceDimension();
  if (isInSpace && dimension < 2) refuse("its header has directions in no space; correct it");
  setRoles(axes, dimension);

  Volume volume;
  volume.type = storedType(header->text("type"));
  std::vector<int64_t> sizes;
  for (const auto &axis : axes) {
    volume.axes.push_back({axis.role, axis.size});
    sizes.push_back(axis.size);
    volume.isColor = volume.isColor || isOneOf(axis.kind, {"rgb-color", "rgba-color", "3-color", "4-color"});
    volume.hasAlpha = volume.hasAlpha || axis.kind == "rgba-color" || axis.kind == "4-color";
  }
  if (isInSpace) {
    setGridInSpace(volume, *header, axes);
  } else {
    setGridOfAxes(volume, *header, axes);
  }

  const size_t size = sampleSize(volume.type);
  volume.count();
  const auto payloads = nrrdPayloads(*header, path, sizes, volume.type);
  const bool isBinary = payloads[0].encoding != Encoding::text;
  const std::string endian = small(header->text("endian"));
  if (isBinary && size > 1 && endian != "little" && endian != "big") {
    refuse("its header does not tell the order of bytes (endian: little or big); correct it");
  }
  const bool isSwapped = isBinary && endian == "big";
  Answer answer = take(volume, VERNIER_FORMAT_NRRD, part, [&](size_t first, size_t count) {
    Bytes bytes = load(payloads, first * size, count * size, volume.byteCount());
    if (isSwapped) swapBytes(bytes.get(), count, size);
    return bytes;
  });
  const std::string unit = header->units()[0].symbol;
  setUnit(answer.image, unit);
  if (unit != "mm") answer.remarks += "its lengths are in " + unit + " (space units) and become millimetres\n";
  answer.header = std::move(header);
  return answer;
}

}  // namespace vernier
