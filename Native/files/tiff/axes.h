/// How the pages of a TIFF file make an image: which page is which channel, slice and frame, and how large a pixel is.
#pragma once

#include "../units.h"
#include "file.h"
#include "ome.h"

#include <map>

namespace vernier::tiff {

/// An ImageJ description: "ImageJ=1.54f", then a line for each member.
struct ImageJDescription {
  std::vector<std::pair<std::string, std::string>> members;

  explicit ImageJDescription(const std::string &text);
  std::string text(const std::string &key) const;
  /// The number of a member; `otherwise` where it is none.
  double number(const std::string &key, double otherwise) const;
  int64_t count(const std::string &key) const;
};

struct Axes {
  /// The first page of the image.
  Page base;
  int64_t channels = 1, slices = 1, frames = 1;
  /// The number of each plane's page in the file, channels fastest, then slices; −1 where the file does not hold it.
  std::vector<int64_t> planes;
  /// The planes follow the first page's samples and have no pages of their own; `planes` counts them.
  bool isContiguous = false;
  /// The planes count the samples of the pages, which lie plane by plane and are no colours.
  bool isSplit = false;
  /// A palette only colours what is shown, as ImageJ's lookup tables do.
  bool keepsIndices = false;
  /// Smaller copies in the chain of pages, level by level, with as many pages each as there are planes.
  std::vector<std::vector<int64_t>> chainLevels;

  std::optional<Unit> unit;
  /// In the unit.
  double pixelSize[3] = {1, 1, 1};

  /// Why the file cannot be read as a whole, with the remedy; empty where it can.
  std::string problem;
  std::string remarks;

  enum class Kind { plain, shaped, imageJ, ome };
  Kind kind = Kind::plain;
  std::optional<OMEImage> ome;

  /// The page of a plane.
  int64_t page(int64_t plane) const { return isSplit ? plane / base.samples : isContiguous ? 0 : plane; }

  int64_t plane(int64_t channel, int64_t slice, int64_t frame) const {
    return planes[size_t((frame * slices + slice) * channels + channel)];
  }
};

/// Finds the axes of a file whose name, without folders, is given.
Axes findAxes(File &file, const std::string &name);

}  // namespace vernier::tiff
