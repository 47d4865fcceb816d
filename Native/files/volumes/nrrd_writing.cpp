#include "nrrd_header.h"
#include "output.h"

namespace vernier {
namespace {

const char *typeName(int32_t type) {
  switch (type) {
    case VERNIER_SAMPLE_UINT8: return "unsigned char";
    case VERNIER_SAMPLE_INT8: return "signed char";
    case VERNIER_SAMPLE_UINT16: return "unsigned short";
    case VERNIER_SAMPLE_INT16: return "short";
    case VERNIER_SAMPLE_UINT32: return "unsigned int";
    case VERNIER_SAMPLE_INT32: return "int";
    case VERNIER_SAMPLE_UINT64: return "unsigned long long int";
    case VERNIER_SAMPLE_INT64: return "long long int";
    case VERNIER_SAMPLE_FLOAT32: return "float";
    default: return "double";
  }
}

const char *channelKind(const vernier_image &image) {
  if (image.is_color && image.channels == 3) return "RGB-color";
  if (image.is_color && image.channels == 4 && image.alpha == 3) return "RGBA-color";
  return "vector";
}

/// The space in which places are written, and how lengths and directions become that space's.
struct Space {
  std::string lines;
  std::vector<double> factors;

  Space(const NRRDHeader *other, int rank) : factors(3, 1) {
    if (rank == 2) {
      lines = "space dimension: 2\n";
      return;
    }
    lines = "space: left-posterior-superior\n";
    if (!other || other->spaceDimension() != 3) return;
    const auto signs = other->signs();
    const auto units = other->units();
    if (other->has("space")) {
      lines = "space: " + other->text("space") + "\n";
    } else {
      lines = "space dimension: 3\n";
    }
    if (other->has("spaceunits")) lines += "space units: " + other->text("spaceunits") + "\n";
    for (size_t row = 0; row < 3; ++row) factors[row] = signs[row] / units[row].millimetres;
  }
};

}  // namespace

void writeNRRD(
  const std::string &path, const vernier_image &image, const float *const *channels, const Source &source) {
  const Space space(dynamic_cast<const NRRDHeader *>(source.geometry), image.rank);
  const Steps steps(image);
  const bool hasChannels = image.channels > 1;
  std::string sizes, directions, kinds, origin;
  if (hasChannels) {
    sizes = " " + std::to_string(image.channels);
    directions = " none";
    kinds = std::string(" ") + channelKind(image);
  }
  for (int axis = 0; axis < image.rank; ++axis) {
    sizes += " " + std::to_string(image.size[axis]);
    kinds += " domain";
    const auto place = [&](int row, double length) {
      return std::string(row == 0 ? "(" : ",") + shortest(length * space.factors[size_t(row)] + 0.0) +
             (row + 1 == image.rank ? ")" : "");
    };
    directions += " ";
    for (int row = 0; row < image.rank; ++row) directions += place(row, steps.matrix[3 * row + axis]);
    origin += place(axis, steps.origin[axis]);
  }
  constexpr uint16_t one = 1;
  const bool isLittle = *reinterpret_cast<const char *>(&one) == 1;

  Output output(path);
  output.write(std::string("NRRD0004\ntype: ") + typeName(image.sample_type) +
    "\ndimension: " + std::to_string(image.rank + (hasChannels ? 1 : 0)) + "\n" + space.lines + "sizes:" + sizes +
    "\nspace directions:" + directions + "\nkinds:" + kinds + "\nendian: " + (isLittle ? "little" : "big") +
    "\nencoding: gzip\nspace origin: " + origin + "\n\n");
  output.startPacking(Output::Packing::gzip);
  writeSamples(output, image, channels, true);
  output.endPacking();
  output.close();
}

}  // namespace vernier
