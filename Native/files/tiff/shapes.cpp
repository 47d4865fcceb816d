#include "axes_of.h"
#include "samples.h"

#include <algorithm>
#include <cstring>
#include <sstream>

namespace vernier::tiff {
namespace {

/// The numbers of `"shape": […]`; empty where there are none.
std::vector<int64_t> shape(const std::string &text) {
  std::vector<int64_t> result;
  auto at = text.find("\"shape\"");
  at = at == std::string::npos ? at : text.find('[', at);
  const auto end = at == std::string::npos ? at : text.find(']', at);
  if (end == std::string::npos) return result;
  std::istringstream list(text.substr(at + 1, end - at - 1));
  for (std::string item; std::getline(list, item, ',');) result.push_back(std::strtoll(item.c_str(), nullptr, 10));
  return result;
}

/// The letters of `"axes": "…"`; empty where there are none.
std::string axesLetters(const std::string &text) {
  auto at = text.find("\"axes\"");
  at = at == std::string::npos ? at : text.find('"', at + 6);
  const auto end = at == std::string::npos ? at : text.find('"', at + 1);
  return end == std::string::npos ? "" : text.substr(at + 1, end - at - 1);
}

}  // namespace

bool setShaped(File &file, const std::string &text, Axes &axes) {
  auto sizes = shape(text);
  auto letters = axesLetters(text);
  if (sizes.size() < 2) return false;
  if (letters.size() != sizes.size()) letters.assign(sizes.size(), '?');
  // What lies within a page: rows and columns, and samples behind or before them.
  const Page base = axes.base;
  std::vector<int64_t> within = {base.height, base.width};
  if (base.samples > 1) within.insert(base.isPlanar ? within.begin() : within.end(), base.samples);
  if (sizes.size() < within.size() || !std::equal(within.begin(), within.end(), sizes.end() - ptrdiff_t(within.size()))) {
    return false;
  }
  // Arrays of three or four pictures are stored as colours unless somebody forbids it.
  const char sampleLetter = base.isPlanar ? letters[sizes.size() - within.size()] : 'S';
  const bool isSplit = sampleLetter == 'C' || sampleLetter == 'Z' || sampleLetter == 'T';
  sizes.resize(sizes.size() - within.size() + (isSplit ? 1 : 0));
  letters.resize(sizes.size());
  int64_t images = 1;
  for (const int64_t size : sizes) images = product({images, size});
  const int64_t directories = int64_t(file.directories().size());
  const int64_t pages = directories * (isSplit ? base.samples : 1);
  if (directories == 1 && images > pages && base.compression == COMPRESSION_NONE) {
    // Pictures of one sample follow one another, whatever the page makes of the first of them.
    Page single = base;
    if (isSplit) {
      single.samples = 1;
      single.isPlanar = false;
      single.photometric = PHOTOMETRIC_MINISBLACK;
      single.extras.clear();
    }
    const bool canFollow = isContiguous(file, single);
    axes.isContiguous = canFollow && contiguousCount(file, single) >= images;
    if (axes.isContiguous) axes.base = single;
    // tifffile says so where it leaves out further pages.
    const bool isPromised = text.find("\"truncated\": true") != std::string::npos || hasRest(file, single);
    if (canFollow && !axes.isContiguous && isPromised) {
      throw Failure(VERNIER_TRUNCATED, "of its " + std::to_string(images) + " images not all are there");
    }
  }
  if (images < 1 || (images != pages && !axes.isContiguous)) return false;
  axes.isSplit = isSplit && !axes.isContiguous;

  // An axis without a known name is one of slices where it is the last and none has that name, else one of frames.
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    if (std::strchr("CZT", letters[axis])) continue;
    const bool isFree = letters.find('Z') == std::string::npos;
    letters[axis] = axis + 1 == sizes.size() && isFree ? 'Z' : 'T';
  }
  std::map<char, int64_t> counts = {{'C', 1}, {'Z', 1}, {'T', 1}};
  for (size_t axis = 0; axis < sizes.size(); ++axis) counts[letters[axis]] *= sizes[axis];
  axes.channels = counts['C'];
  axes.slices = counts['Z'];
  axes.frames = counts['T'];
  axes.planes.assign(size_t(images), -1);
  for (int64_t image = 0; image < images; ++image) {
    std::map<char, int64_t> place = {{'C', 0}, {'Z', 0}, {'T', 0}}, step = {{'C', 1}, {'Z', 1}, {'T', 1}};
    int64_t rest = image;
    for (size_t axis = sizes.size(); axis-- > 0;) {
      place[letters[axis]] += rest % sizes[axis] * step[letters[axis]];
      step[letters[axis]] *= sizes[axis];
      rest /= sizes[axis];
    }
    axes.planes[size_t((place['T'] * axes.slices + place['Z']) * axes.channels + place['C'])] = image;
  }
  axes.kind = Axes::Kind::shaped;
  return true;
}

}  // namespace vernier::tiff
