#include "axes_of.h"
#include "samples.h"

#include <cmath>
#include <sstream>

namespace vernier::tiff {

ImageJDescription::ImageJDescription(const std::string &text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) members.emplace_back(trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
  }
}

std::string ImageJDescription::text(const std::string &key) const {
  for (const auto &member : members) {
    if (member.first == key) return member.second;
  }
  return {};
}

double ImageJDescription::number(const std::string &key, double otherwise) const {
  const std::string value = text(key);
  char *end = nullptr;
  const double number = std::strtod(value.c_str(), &end);
  return end == value.c_str() || !std::isfinite(number) ? otherwise : number;
}

int64_t ImageJDescription::count(const std::string &key) const {
  const double value = number(key, 1);
  return value >= 1 && value <= 1e9 ? int64_t(value) : 1;
}

namespace {

/// A number above 0 with so many digits.
double rounded(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return std::strtod(text, nullptr);
}

/// Whether a palette is a lookup table of brightness: the luminance only rises or only falls.
bool isLookupTable(const File &file, const Page &page) {
  uint16_t *colors[3] = {};
  if (page.bits > 8 || !TIFFGetField(file.raw(), TIFFTAG_COLORMAP, &colors[0], &colors[1], &colors[2])) return false;
  bool rises = true, falls = true;
  const auto luminance = [&](int index) {
    return 0.299 * colors[0][index] + 0.587 * colors[1][index] + 0.114 * colors[2][index];
  };
  for (int index = 1; index < 1 << page.bits; ++index) {
    rises = rises && luminance(index) >= luminance(index - 1);
    falls = falls && luminance(index) <= luminance(index - 1);
  }
  return rises || falls;
}

}  // namespace

void setImageJ(File &file, const std::string &text, Axes &axes) {
  const ImageJDescription description(text);
  axes.kind = Axes::Kind::imageJ;
  axes.keepsIndices = axes.base.photometric == PHOTOMETRIC_PALETTE && isLookupTable(file, axes.base);
  const int64_t pages = int64_t(file.directories().size());
  int64_t images = description.text("images").empty() ? pages : description.count("images");
  if (pages == 1 && images > 1) {
    // Stacks that were too large for more pages, and those of other programs, lie behind the first page's samples.
    const bool canFollow = isContiguous(file, axes.base);
    const int64_t held = canFollow ? contiguousCount(file, axes.base) : 1;
    // A description may be older than its picture, but then there is no part of another one.
    if (canFollow && held < images && (held > 1 || hasRest(file, axes.base))) {
      throw Failure(VERNIER_TRUNCATED, "of its " + std::to_string(images) + " images there are " + std::to_string(held));
    }
    axes.isContiguous = held >= images;
  }
  if (!axes.isContiguous && images != pages) {
    remark(axes, "its ImageJ description is of " + std::to_string(images) + " images; its pages are read as they are: " +
                   std::to_string(pages));
    images = pages;
    setSlices(axes, numbers(images));
  } else {
    axes.channels = description.count("channels");
    axes.slices = description.count("slices");
    axes.frames = description.count("frames");
    if (product({axes.channels, axes.slices, axes.frames}) == images) {
      axes.planes = numbers(images);
    } else {
      setSlices(axes, numbers(images));
    }
  }

  if (!description.text("cf").empty()) {
    remark(axes, "ImageJ calibrates its values (cf, c0, c1); they are taken as they are stored");
  }
  axes.unit = findUnit(description.text("unit"));
  // Without a unit of length the numbers tell proportions, but for the dots per inch of a print.
  const bool isOfPrint = file.shortNumber(TIFFTAG_RESOLUTIONUNIT).value_or(RESUNIT_INCH) != RESUNIT_NONE;
  if (!axes.unit && file.number(TIFFTAG_XRESOLUTION) && isOfPrint) return;
  // The tag has the precision of seven digits.
  const auto size = [&](uint32_t tag) {
    const auto resolution = file.number(tag);
    return resolution && *resolution > 0 && std::isfinite(*resolution) ? rounded(1 / *resolution, 7) : 1.0;
  };
  axes.pixelSize[0] = size(TIFFTAG_XRESOLUTION);
  axes.pixelSize[1] = size(TIFFTAG_YRESOLUTION);
  axes.pixelSize[2] = std::abs(description.number("spacing", 1));
  if (!(axes.pixelSize[2] > 0)) axes.pixelSize[2] = 1;
  // An axis may have a unit of its own.
  constexpr const char *keys[] = {"", "yunit", "zunit"};
  for (int axis = 1; axis < 3; ++axis) {
    const auto own = findUnit(description.text(keys[axis]));
    if (own && axes.unit) axes.pixelSize[axis] *= own->millimetres / axes.unit->millimetres;
  }
  if (axes.unit) return;
  for (const int axis : {2, 1, 0}) axes.pixelSize[axis] /= axes.pixelSize[0];
}

}  // namespace vernier::tiff
