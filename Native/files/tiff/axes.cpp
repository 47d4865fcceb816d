#include "axes.h"

#include "samples.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <set>
#include <sstream>

namespace vernier::tiff {
namespace {

std::string trimmed(const std::string &text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

bool begins(const std::string &text, const char *start) { return text.rfind(start, 0) == 0; }

std::string sizeText(const Page &page) { return std::to_string(page.width) + "×" + std::to_string(page.height); }

void remark(Axes &axes, const std::string &line) { axes.remarks += (axes.remarks.empty() ? "" : "\n") + line; }

/// A number above 0 with so many digits.
double rounded(double value, int digits) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*g", digits, value);
  return std::strtod(text, nullptr);
}

/// The pages one after another, as slices.
void setSlices(Axes &axes, const std::vector<int64_t> &pages) {
  axes.channels = axes.frames = 1;
  axes.slices = int64_t(pages.size());
  axes.planes = pages;
}

std::vector<int64_t> numbers(int64_t count) {
  std::vector<int64_t> result(static_cast<size_t>(count));
  for (size_t index = 0; index < result.size(); ++index) result[index] = int64_t(index);
  return result;
}

/// A product of counts; 0 where one is not positive or it is beyond what a file can hold.
int64_t product(std::initializer_list<int64_t> counts) {
  int64_t result = 1;
  for (const int64_t count : counts) {
    if (count < 1 || __builtin_mul_overflow(result, count, &result) || result > int64_t(1) << 40) return 0;
  }
  return result;
}

/// Whether a page shows all of another one with fewer pixels, up to rounding.
bool isSmallerCopy(const Page &page, const Page &base) {
  const double off = double(page.width) * double(base.height) - double(page.height) * double(base.width);
  return page.width < base.width && page.height <= base.height && std::abs(off) <= double(base.width + base.height);
}

}  // namespace

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

// MARK: ImageJ

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

  axes.unit = findUnit(description.text("unit"));
  if (!axes.unit) return;
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
    if (own) axes.pixelSize[axis] *= own->millimetres / axes.unit->millimetres;
  }
}

// MARK: OME

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
  if (document.images.size() > 1) {
    remark(found, "it holds " + std::to_string(document.images.size()) + " images; the first is read" +
                    (image.name.empty() ? "" : ", " + image.name));
  }
  const auto x = findUnit(image.physicalUnit[0]);
  if (image.physicalSize[0] && image.physicalSize[1] && x) {
    found.unit = x;
    for (size_t axis = 0; axis < 3; ++axis) {
      const auto own = findUnit(image.physicalUnit[axis]);
      if (image.physicalSize[axis] && own) {
        found.pixelSize[axis] = *image.physicalSize[axis] * own->millimetres / x->millimetres;
      }
    }
    if (found.slices > 1 && !image.physicalSize[2]) {
      remark(found, "it states no distance between slices; 1 " + x->symbol + " is taken");
    }
  }
  axes = std::move(found);
}

// MARK: Shapes of arrays, as tifffile writes them

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

/// Whether the text is an array's shape that the pages have.
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
    axes.isContiguous = isContiguous(file, single) && contiguousCount(file, single) >= images;
    if (axes.isContiguous) axes.base = single;
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

// MARK: Other programs

/// Zeiss' LSM: the counts and the size of a voxel, in metres, stand in a block of its own.
bool setLSM(const std::vector<unsigned char> &block, const std::vector<int64_t> &pages, Axes &axes) {
  if (block.size() < 90) return false;
  const auto number = [&](size_t at) {
    return int64_t(block[at] | block[at + 1] << 8 | block[at + 2] << 16 | uint32_t(block[at + 3]) << 24);
  };
  const auto real = [&](size_t at) {
    uint64_t bits = 0;
    for (size_t index = 0; index < 8; ++index) bits |= uint64_t(block[at + index]) << 8 * index;
    double value;
    std::memcpy(&value, &bits, 8);
    return value;
  };
  const int64_t slices = number(16), frames = number(24);
  if (product({slices, frames}) != int64_t(pages.size())) return false;
  axes.slices = slices;
  axes.frames = frames;
  axes.planes = pages;
  // Kinds of scans in which time passes from page to page, and slices follow.
  const int scan = block[88] | block[89] << 8;
  if (scan == 3 || scan == 5 || scan == 7 || scan == 9) {
    for (int64_t frame = 0; frame < frames; ++frame) {
      for (int64_t slice = 0; slice < slices; ++slice) {
        axes.planes[size_t(frame * slices + slice)] = pages[size_t(slice * frames + frame)];
      }
    }
  }
  const double size[] = {real(40), real(48), real(56)};
  if (std::all_of(size, size + 2, [](double value) { return value > 0 && value < 1; })) {
    axes.unit = Unit{"µm", 1e-3};
    for (int axis = 0; axis < 3; ++axis) axes.pixelSize[axis] = size[axis] > 0 && size[axis] < 1 ? size[axis] * 1e6 : 1;
  }
  return true;
}

/// MetaMorph's stacks: as many planes as a tag of theirs has entries follow the first page's.
bool setMetaMorph(const File &file, Axes &axes) {
  constexpr uint32_t planesTag = 33629;
  const TIFFField *field = TIFFFindField(file.raw(), planesTag, TIFF_ANY);
  uint32_t count = 0;
  const void *values = nullptr;
  if (!field || !TIFFFieldPassCount(field) || TIFFFieldReadCount(field) != TIFF_VARIABLE2 ||
      !TIFFGetField(file.raw(), planesTag, &count, &values) || count < 2) {
    return false;
  }
  if (!isContiguous(file, axes.base)) return false;
  if (contiguousCount(file, axes.base) < int64_t(count)) {
    throw Failure(VERNIER_TRUNCATED, "of its " + std::to_string(count) + " planes not all are there");
  }
  axes.isContiguous = true;
  setSlices(axes, numbers(count));
  return true;
}

// MARK: Pages

/// The smaller copies among pages, level by level, where there are as many of each size as the image has pages.
std::vector<std::vector<int64_t>> chainLevels(
  const std::vector<Page> &pages, const std::vector<int64_t> &candidates, const Page &base, size_t count) {
  std::map<int64_t, std::vector<int64_t>, std::greater<int64_t>> bySize;
  for (const int64_t number : candidates) {
    const Page &page = pages[size_t(number)];
    const bool isAlike = page.bits == base.bits && page.samples == base.samples && page.format == base.format;
    if (isAlike && isSmallerCopy(page, base) && page.isTiled == base.isTiled) bySize[page.width].push_back(number);
  }
  std::vector<std::vector<int64_t>> levels;
  for (const auto &level : bySize) {
    if (level.second.size() == count) levels.push_back(level.second);
  }
  return levels;
}

/// What a file of pages holds that says nothing of its axes: slices, with smaller copies of them aside.
void setPages(File &file, const std::string &description, Axes &axes) {
  std::vector<Page> pages;
  for (const uint64_t offset : file.directories()) pages.push_back(file.page(offset));
  const auto isWhole = [](const Page &page) { return !page.isCopy() && !page.isMask(); };
  const auto first = std::find_if(pages.begin(), pages.end(), isWhole);
  axes.base = first == pages.end() ? pages.front() : *first;

  std::vector<int64_t> whole, copies, others;
  for (size_t index = 0; index < pages.size(); ++index) {
    const Page &page = pages[index];
    if (page.hasSize(axes.base) && page.isLike(axes.base) && (isWhole(page) || first == pages.end())) {
      whole.push_back(int64_t(index));
    } else if (page.isMask()) {
      continue;
    } else if (page.isCopy() || (page.isTiled && isSmallerCopy(page, axes.base))) {
      copies.push_back(int64_t(index));
    } else {
      others.push_back(int64_t(index));
    }
  }
  file.page(axes.base.offset);
  const auto block = file.bytes(34412);
  if (!setLSM(block, whole, axes)) setSlices(axes, whole);
  if (description.find("PerkinElmer-QPI") != std::string::npos) std::swap(axes.channels, axes.slices);
  axes.chainLevels = chainLevels(pages, copies, axes.base, axes.planes.size());
  // Copies that make no levels are thumbnails where they are marked; so are Aperio's label and macro pictures.
  const bool isAperio = begins(description, "Aperio");
  std::set<int64_t> used;
  for (const auto &level : axes.chainLevels) used.insert(level.begin(), level.end());
  for (const int64_t copy : copies) {
    if (used.count(copy) == 0 && !pages[size_t(copy)].isCopy()) others.push_back(copy);
  }
  if (others.empty() || isAperio || !axes.problem.empty()) return;
  const size_t other = size_t(*std::min_element(others.begin(), others.end()));
  const size_t mine = size_t(whole.front());
  const bool isOfSize = !pages[other].hasSize(axes.base);
  axes.problem = std::string("its pages differ in ") + (isOfSize ? "size" : "kind") + ": [" + std::to_string(mine) +
                 "] is " + sizeText(axes.base) + ", [" + std::to_string(other) + "] " +
                 (isOfSize ? sizeText(pages[other]) : "has other samples") + "; choose a page by its number";
}

}  // namespace

Axes findAxes(File &file, const std::string &name) {
  Axes axes;
  axes.base = file.page(file.directories().front());
  const std::string description = trimmed(file.text(TIFFTAG_IMAGEDESCRIPTION));
  uint32_t depth = 1;
  if (TIFFGetField(file.raw(), TIFFTAG_IMAGEDEPTH, &depth) && depth > 1) {
    throw Failure(VERNIER_UNSUPPORTED, "its pages hold volumes (ImageDepth); save it with a page for each slice");
  }
  const char *version = nullptr;
  if (TIFFGetField(file.raw(), TIFFTAG_DNGVERSION, &version)) {
    axes.problem = "it is a camera's raw picture (DNG); develop it and save it as TIFF";
  }
  bool isKnown = false;
  if (isOME(description)) {
    try {
      setOME(file, description, name, axes);
      isKnown = true;
    } catch (const Failure &) {
      throw;
    } catch (const std::exception &error) {
      remark(axes, std::string("its OME-XML cannot be used (") + error.what() + "); its pages are read as they are");
    }
  } else if (begins(description, "ImageJ=")) {
    setImageJ(file, description, axes);
    isKnown = true;
  } else if (begins(description, "{") && description.find("\"shape\"") != std::string::npos) {
    isKnown = setShaped(file, description, axes);
  }
  if (!isKnown && !setMetaMorph(file, axes)) setPages(file, description, axes);
  return axes;
}

}  // namespace vernier::tiff
