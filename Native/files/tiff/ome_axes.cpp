#include "axes_of.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace vernier::tiff {
namespace {

/// The names of the files that hold planes which are not in this one.
std::set<std::string> otherFiles(const OMEDocument &document, const OMEImage &image, const std::string &name) {
  std::set<std::string> uuids, others;
  for (const auto &planes : image.planes) uuids.insert(trimmed(planes.uuid));
  for (const auto &planes : image.planes) {
    const std::string uuid = trimmed(planes.uuid);
    // A file may have been renamed since; where all planes are in one file it is this one.
    const bool isHere = uuid.empty() || uuid == document.uuid || planes.file == name || uuids.size() == 1;
    if (!isHere) others.insert(planes.file.empty() ? uuid : planes.file);
  }
  return others;
}

/// Which page holds each plane.
void assignPlanes(const OMEImage &image, int64_t pages, Axes &axes) {
  const std::string order = image.dimensionOrder;
  if (order.size() != 5 || order.substr(0, 2) != "XY") throw std::runtime_error("its DimensionOrder is not usable");
  const auto count = [&](char axis) { return axis == 'C' ? axes.channels : axis == 'Z' ? axes.slices : axes.frames; };
  const int64_t total = product({axes.channels, axes.slices, axes.frames});
  if (total == 0) throw std::runtime_error("it has no planes");
  if (total > std::max<int64_t>(pages, 1) * 1000) throw std::runtime_error("it is of more planes than there are pages");
  axes.planes.assign(size_t(total), -1);
  auto all = image.planes;
  if (all.empty()) all.emplace_back();
  for (const OMEPlanes &planes : all) {
    const int64_t page = planes.page.value_or(0);
    const int64_t length = planes.count.value_or(planes.page ? 1 : pages - page);
    int64_t place = 0, step = 1;
    for (const char axis : order.substr(2)) {
      place += step * (axis == 'C' ? planes.channel : axis == 'Z' ? planes.slice : planes.time);
      step *= count(axis);
    }
    for (int64_t index = 0; index < length && place + index < total; ++index) {
      if (page + index >= pages) throw std::runtime_error("it is of pages that there are not");
      int64_t rest = place + index, channel = 0, slice = 0, frame = 0;
      for (const char axis : order.substr(2)) {
        (axis == 'C' ? channel : axis == 'Z' ? slice : frame) = rest % count(axis);
        rest /= count(axis);
      }
      axes.planes[size_t((frame * axes.slices + slice) * axes.channels + channel)] = page + index;
    }
  }
}

/// Sizes in what is no length, such as "pixel" or "reference frame", tell proportions alone.
void setProportions(const OMEImage &image, Axes &axes) {
  const auto &size = image.physicalSize;
  if (!size[0] || findUnit(image.physicalUnit[0])) return;
  for (size_t axis = 1; axis < 3; ++axis) {
    if (size[axis] && image.physicalUnit[axis] == image.physicalUnit[0]) axes.pixelSize[axis] = *size[axis] / *size[0];
  }
}

}  // namespace

void setOME(File &file, const std::string &text, const std::string &name, Axes &axes) {
  const OMEDocument document = readOME(text);
  if (!document.metadataFile.empty()) {
    axes.problem = "its OME-XML is in another file, " + document.metadataFile;
  } else if (document.images.empty()) {
    throw std::runtime_error("it is of no image");
  }
  const std::string remedy = "; join them into one file, or choose a page of this one by its number, such as [0]";
  if (!axes.problem.empty()) {
    axes.problem += remedy;
    return;
  }
  const OMEImage &image = document.images.front();
  const auto others = otherFiles(document, image, name);
  if (!others.empty()) {
    axes.problem = "its OME-XML spreads the image over several files, " + *others.begin() +
                   (others.size() > 1 ? " and " + std::to_string(others.size() - 1) + " more" : "") + remedy;
    return;
  }
  // The pages may be those of an image that is not the first.
  int64_t first = 0;
  for (const auto &planes : image.planes) {
    if (planes.channel == 0 && planes.slice == 0 && planes.time == 0) first = planes.page.value_or(0);
  }
  const int64_t pages = int64_t(file.directories().size());
  if (first >= pages) throw std::runtime_error("it is of pages that there are not");
  Axes found = axes;
  found.base = file.page(file.directories()[size_t(first)]);
  if (image.sizeX != found.base.width || image.sizeY != found.base.height) {
    throw std::runtime_error("it is of " + std::to_string(image.sizeX) + "×" + std::to_string(image.sizeY) +
                             " pixels, the page has " + sizeText(found.base));
  }
  const int64_t samples = found.base.samples;
  found.channels = image.sizeC % samples == 0 ? std::max<int64_t>(image.sizeC / samples, 1) : image.sizeC;
  found.slices = image.sizeZ;
  found.frames = image.sizeT;
  assignPlanes(image, pages, found);
  found.kind = Axes::Kind::ome;
  found.ome = image;
  for (const auto &planes : image.planes) {
    const bool isRenamed = !planes.file.empty() && planes.file != name &&
                           (document.uuid.empty() || trimmed(planes.uuid) != document.uuid);
    if (!isRenamed) continue;
    remark(found, "its OME-XML says that its planes are in " + planes.file + "; this file is taken for it");
    break;
  }
  if (document.images.size() > 1) {
    remark(found, "it holds " + std::to_string(document.images.size()) + " images; the first is read" +
                    (image.name.empty() ? "" : ", " + image.name));
  }
  setProportions(image, found);
  const auto x = findUnit(image.physicalUnit[0]);
  if (image.physicalSize[0] && !image.physicalSize[1] && x) {
    remark(found, "it states the pixel size along x alone; the same is taken along y");
  }
  if (image.physicalSize[0] && x) {
    found.unit = x;
    for (size_t axis = 0; axis < 3; ++axis) {
      const auto own = findUnit(image.physicalUnit[axis]);
      if (image.physicalSize[axis] && own) {
        found.pixelSize[axis] = *image.physicalSize[axis] * own->millimetres / x->millimetres;
      } else if (axis == 1) {
        found.pixelSize[axis] = found.pixelSize[0];
      }
    }
    if (found.slices > 1 && !image.physicalSize[2]) {
      remark(found, "it states no distance between slices; 1 " + x->symbol + " is taken");
    }
  }
  axes = std::move(found);
}

}  // namespace vernier::tiff
