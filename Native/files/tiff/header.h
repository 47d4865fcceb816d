/// What is kept of a TIFF file for the files that are written from its samples or on its grid.
#pragma once

#include "axes.h"

namespace vernier::tiff {

struct Header : vernier_header {
  Axes::Kind kind = Axes::Kind::plain;
  std::string description;
  std::optional<OMEImage> ome;
  /// Whether channels that are no colours lie together in a page.
  bool hasChannelsTogether = false;
  bool hasOrientation = false;
  /// Dots per inch or centimetre, which say nothing of a pixel's size.
  std::optional<double> resolution[2];
  std::optional<uint16_t> resolutionUnit;
  std::vector<unsigned char> colorProfile;
  /// Tags of text that say where a picture came from.
  std::map<uint32_t, std::string> texts;
};

/// The tags whose text is kept.
constexpr uint32_t keptTexts[] = {
  TIFFTAG_DOCUMENTNAME, TIFFTAG_MAKE, TIFFTAG_MODEL, TIFFTAG_DATETIME, TIFFTAG_ARTIST, TIFFTAG_COPYRIGHT};

/// GDAL's value for samples that are none, a number as text.
constexpr uint32_t nodataTag = 42113;

/// Numbers and text of tags that a file has for a single page are read from the page that the file is at.
std::unique_ptr<Header> makeHeader(const File &file, const Axes &axes);

}  // namespace vernier::tiff
