#include "output.h"

namespace vernier {
namespace {

const char *typeName(int32_t type) {
  switch (type) {
    case VERNIER_SAMPLE_UINT8: return "MET_UCHAR";
    case VERNIER_SAMPLE_INT8: return "MET_CHAR";
    case VERNIER_SAMPLE_UINT16: return "MET_USHORT";
    case VERNIER_SAMPLE_INT16: return "MET_SHORT";
    case VERNIER_SAMPLE_UINT32: return "MET_UINT";
    case VERNIER_SAMPLE_INT32: return "MET_INT";
    case VERNIER_SAMPLE_UINT64: return "MET_ULONG_LONG";
    case VERNIER_SAMPLE_INT64: return "MET_LONG_LONG";
    case VERNIER_SAMPLE_FLOAT32: return "MET_FLOAT";
    default: return "MET_DOUBLE";
  }
}

}  // namespace

void writeMeta(const std::string &path, const vernier_image &image, const float *const *channels) {
  const int rank = image.rank;
  std::string matrix, offset, center, spacing, sizes;
  for (int axis = 0; axis < rank; ++axis) {
    for (int row = 0; row < rank; ++row) matrix += " " + shortest(image.direction[row * rank + axis] + 0.0);
    offset += " " + shortest(image.origin[axis]);
    center += " 0";
    spacing += " " + shortest(image.spacing[axis]);
    sizes += " " + std::to_string(image.size[axis]);
  }
  constexpr uint16_t one = 1;
  const bool isLittle = *reinterpret_cast<const char *>(&one) == 1;

  Output output(path);
  output.write("ObjectType = Image\nNDims = " + std::to_string(rank) +
    "\nBinaryData = True\nBinaryDataByteOrderMSB = " + (isLittle ? "False" : "True") +
    "\nCompressedData = True\nCompressedDataSize = ");
  // The compressed size is known at the end.
  const uint64_t place = output.position();
  output.write(std::string(20, ' ') + "\nTransformMatrix =" + matrix + "\nOffset =" + offset +
    "\nCenterOfRotation =" + center + "\nElementSpacing =" + spacing + "\nDimSize =" + sizes +
    (image.channels > 1 ? "\nElementNumberOfChannels = " + std::to_string(image.channels) : "") +
    "\nElementType = " + typeName(image.sample_type) + "\nElementDataFile = LOCAL\n");
  output.startPacking(Output::Packing::zlib);
  writeSamples(output, image, channels, true);
  const uint64_t count = output.endPacking();
  output.overwrite(place, std::to_string(count));
  output.close();
}

}  // namespace vernier
