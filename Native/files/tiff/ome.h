/// OME-XML, as the description of an OME-TIFF file's first page holds it (the OME model of 2016-06).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vernier::tiff {

struct OMEChannel {
  std::string name;
  std::string color;
  int64_t samples = 1;
};

/// Which pages hold which planes.
struct OMEPlanes {
  std::optional<int64_t> page, count;
  int64_t channel = 0, time = 0, slice = 0;
  /// The file that they are in, where the document says it.
  std::string uuid, file;
};

struct OMEImage {
  std::string name, description;
  std::string dimensionOrder = "XYZCT";
  std::string type;
  int64_t sizeX = 0, sizeY = 0, sizeZ = 1, sizeC = 1, sizeT = 1;
  std::optional<double> physicalSize[3];
  std::string physicalUnit[3] = {"µm", "µm", "µm"};
  /// From one frame to the next.
  std::optional<double> timeIncrement;
  std::string timeUnit = "s";
  std::vector<OMEChannel> channels;
  std::vector<OMEPlanes> planes;
};

struct OMEDocument {
  std::string uuid;
  /// The metadata are in another file, which the document names.
  std::string metadataFile;
  std::vector<OMEImage> images;
};

/// Whether a description is OME-XML.
bool isOME(const std::string &description);

/// Reads a document. Throws `std::runtime_error` with the reason where it is not well formed or lacks what it needs.
OMEDocument readOME(const std::string &xml);

/// A document of one image whose planes lie page after page: its channels first, then its slices, then its
/// frames.
std::string writeOME(const OMEImage &image);

}  // namespace vernier::tiff
