#include "reading.h"

#include "../pictures/pictures.h"
#include "axes.h"
#include "header.h"
#include "samples.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace vernier {

namespace tiff {

std::unique_ptr<Header> makeHeader(const File &file, const Axes &axes) {
  auto header = std::make_unique<Header>();
  header->kind = axes.kind;
  header->description = file.text(TIFFTAG_IMAGEDESCRIPTION);
  header->ome = axes.ome;
  header->hasChannelsTogether = axes.base.samples > 1;
  header->hasOrientation = axes.base.orientation > 0;
  header->resolution[0] = file.number(TIFFTAG_XRESOLUTION);
  header->resolution[1] = file.number(TIFFTAG_YRESOLUTION);
  header->resolutionUnit = file.shortNumber(TIFFTAG_RESOLUTIONUNIT);
  header->colorProfile = file.bytes(TIFFTAG_ICCPROFILE);
  for (const uint32_t tag : keptTexts) {
    const std::string text = file.text(tag);
    if (!text.empty()) header->texts[tag] = text;
  }
  return header;
}

namespace {

/// The value that GDAL gives to samples that are none.
std::optional<double> nodata(const File &file) {
  const std::string text = file.text(nodataTag);
  char *end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str()) return {};
  return value;
}

void storeAbsent(double value, int32_t type, char *bytes) {
  const auto store = [&](auto number) { std::memcpy(bytes, &number, sizeof number); };
  if (!std::isfinite(value) && type != VERNIER_SAMPLE_FLOAT32 && type != VERNIER_SAMPLE_FLOAT64) return;
  const auto whole = static_cast<int64_t>(std::min(std::max(value, -9e18), 9e18));
  switch (type) {
    case VERNIER_SAMPLE_FLOAT32: return store(static_cast<float>(value));
    case VERNIER_SAMPLE_FLOAT64: return store(value);
    case VERNIER_SAMPLE_UINT8:
    case VERNIER_SAMPLE_INT8: return store(static_cast<int8_t>(whole));
    case VERNIER_SAMPLE_UINT16:
    case VERNIER_SAMPLE_INT16: return store(static_cast<int16_t>(whole));
    case VERNIER_SAMPLE_UINT32:
    case VERNIER_SAMPLE_INT32: return store(static_cast<int32_t>(whole));
    default: return store(whole);
  }
}

/// The smaller copies that directories of a page hold, the largest first.
std::vector<Page> childLevels(tiff::File &file, const Page &page) {
  std::vector<Page> levels;
  for (const uint64_t child : page.children) {
    const Page level = file.page(child);
    const bool isLevel = level.isLike(page) && !level.isMask() && level.width < page.width && level.height <= page.height;
    if (isLevel) levels.push_back(level);
  }
  std::stable_sort(levels.begin(), levels.end(), [](const Page &a, const Page &b) { return a.width > b.width; });
  return levels;
}

/// What is read of a file: planes, by the numbers of their pages or of the pictures behind the first one.
struct Selection {
  std::vector<int64_t> planes;
  size_t channels = 1, slices = 1;
  int64_t level = 0;
};

class Reading {
public:
  explicit Reading(const std::string &path) : file(path), axes(findAxes(file, path.substr(path.rfind('/') + 1))) {}

  /// What the file says of all its frames.
  std::unique_ptr<Header> header() {
    file.page(axes.base.offset);
    return makeHeader(file, axes);
  }

  /// The frames in time; else the slices.
  FrameCount frames() const {
    if (axes.frames > 1) return {axes.frames, VERNIER_SERIES_TIME};
    return {axes.slices, VERNIER_SERIES_SLICES};
  }

  Answer run(const vernier_part &part) {
    const bool isPage = part.index >= 0 && axes.frames == 1;
    if (isPage) takePage(part);
    if (!axes.problem.empty()) throw Failure(VERNIER_UNSUPPORTED, axes.problem);

    const Page &base = axes.base;
    file.page(base.offset);
    Answer answer;
    const auto none = nodata(file);
    const auto children = axes.chainLevels.empty() ? childLevels(file, base) : std::vector<Page>();
    const int64_t levels = 1 + int64_t(std::max(children.size(), axes.chainLevels.size()));
    const int64_t level = choose(part.level, levels, "levels", "level=");
    file.page(base.offset);
    const Content whole = contentOf(base, axes.planes.front());
    const int64_t channels = axes.channels * whole.channels;
    const int64_t channel = choose(part.channel, channels, "channels", "c=");
    if (part.channel < 0 && channels > VERNIER_FILES_MOST_CHANNELS) failTooMany(channels);
    const int64_t slice = choose(part.slice, axes.slices, "slices", "z=");
    const int64_t frame = isPage ? 0 : chooseFrame(part, axes.frames);

    const Selection selection = select(frame, part.channel < 0 ? -1 : channel / whole.channels,
                                       part.slice < 0 ? -1 : slice, level);
    decodeSelection(selection, none, answer);
    const Page shown = pageOf(selection.planes.front(), level);
    describe(answer, base, shown, none);
    // Of a page's own channels the one that is meant.
    vernier_part within = wholeFile;
    if (part.channel >= 0) within.channel = channel % whole.channels;
    narrow(answer, within);
    answer.image.file_channels = channels;
    answer.image.levels = levels;
    setFrames(answer, part, axes.frames, frame);
    answer.remarks = axes.remarks;
    setUpright(answer, base.orientation);
    return answer;
  }

private:
  [[noreturn]] static void failTooMany(int64_t channels) {
    throw Failure(VERNIER_UNSUPPORTED, "it has " + std::to_string(channels) + " channels, and " +
                                         std::to_string(VERNIER_FILES_MOST_CHANNELS) +
                                         " can be read at once; choose one, from [c=0] to [c=" +
                                         std::to_string(channels - 1) + "]");
  }

  /// A page by its number becomes the image.
  void takePage(const vernier_part &part) {
    const Page former = axes.base;
    if (axes.isContiguous) {
      axes.planes = {axes.planes[size_t(choose(part.index, int64_t(axes.planes.size()), "pages", ""))]};
    } else {
      axes.isSplit = false;
      const auto &directories = file.directories();
      const int64_t number = choose(part.index, int64_t(directories.size()), "pages", "");
      axes.base = file.page(directories[size_t(number)]);
      axes.planes = {number};
      // Another picture than the image's has no known pixel size.
      if (!axes.base.hasSize(former)) axes.unit.reset();
    }
    axes.channels = axes.slices = 1;
    axes.chainLevels.clear();
    axes.problem.clear();
    axes.remarks.clear();
  }

  Selection select(int64_t frame, int64_t channel, int64_t slice, int64_t level) const {
    Selection selection;
    selection.level = level;
    selection.channels = channel < 0 ? size_t(axes.channels) : 1;
    selection.slices = slice < 0 ? size_t(axes.slices) : 1;
    for (size_t c = 0; c < selection.channels; ++c) {
      for (size_t z = 0; z < selection.slices; ++z) {
        const int64_t thisChannel = channel < 0 ? int64_t(c) : channel, thisSlice = slice < 0 ? int64_t(z) : slice;
        const int64_t plane = axes.plane(thisChannel, thisSlice, frame);
        if (plane < 0) {
          throw Failure(VERNIER_UNSUPPORTED, "the plane [t=" + std::to_string(frame) + ",c=" + std::to_string(thisChannel) +
                                               ",z=" + std::to_string(thisSlice) + "] is missing in it");
        }
        selection.planes.push_back(plane);
      }
    }
    return selection;
  }

  /// The page of a plane at a level; the file is taken to it.
  Page pageOf(int64_t plane, int64_t level) {
    if (axes.isContiguous) {
      file.page(axes.base.offset);
      return axes.base;
    }
    const auto &directories = file.directories();
    if (level > 0 && !axes.chainLevels.empty()) {
      const auto place = std::find(axes.planes.begin(), axes.planes.end(), plane) - axes.planes.begin();
      return file.page(directories[size_t(axes.chainLevels[size_t(level - 1)][size_t(place)])]);
    }
    const Page page = file.page(directories[size_t(axes.page(plane))]);
    if (level == 0) return page;
    const auto levels = childLevels(file, page);
    if (int64_t(levels.size()) < level) throw Failure(VERNIER_DAMAGED, "a page of it lacks the level");
    return file.page(levels[size_t(level - 1)].offset);
  }

  /// How the samples of a plane come out, to whose page the file was taken.
  Content contentOf(const Page &page, int64_t plane) const {
    Content found = tiff::content(file, page, axes.keepsIndices);
    if (axes.isSplit) {
      found.isColor = false;
      found.alpha = -1;
      if (!found.isPlanar) throw Failure(VERNIER_UNSUPPORTED, "its description does not fit its pages; choose one by its number");
      found.channels = 1;
      found.only = int(plane % page.samples);
    }
    return found;
  }

  void decodeSelection(const Selection &selection, std::optional<double> none, Answer &answer) {
    const Page first = pageOf(selection.planes.front(), selection.level);
    const Content content = contentOf(first, selection.planes.front());
    const size_t own = size_t(content.channels), size = sampleSize(content.type);
    const size_t area = size_t(first.width) * size_t(first.height), count = area * selection.slices;
    const size_t channels = selection.channels * own;
    size_t byteCount = 0;
    if (__builtin_mul_overflow(count, channels * size, &byteCount)) throw std::bad_alloc();
    // Sample by sample where the image is of pages that are so; else channel by channel.
    const bool isInterleaved = !content.isPlanar && own > 1 && selection.channels == 1;
    answer.samples.reset(new vernier_samples{
      allocate(byteCount), content.type, channels, count, isInterleaved ? own : 1, isInterleaved ? 1 : count});
    char *samples = answer.samples->bytes.get();
    Bytes together;
    if (!content.isPlanar && own > 1 && !isInterleaved) together = allocate(area * own * size);

    for (size_t index = 0; index < selection.planes.size(); ++index) {
      const int64_t plane = selection.planes[index];
      const size_t channel = index / selection.slices, slice = index % selection.slices;
      const Page page = pageOf(plane, selection.level);
      Content its = contentOf(page, plane);
      if (!page.hasSize(first) || its.type != content.type || its.channels != content.channels ||
          its.isPlanar != content.isPlanar) {
        throw Failure(VERNIER_UNSUPPORTED, "its pages differ in size or kind; choose a page by its number, such as [0]");
      }
      if (none) storeAbsent(*none, its.type, its.absent);
      const int64_t behind = axes.isContiguous ? plane : 0;
      char *destination = samples + (isInterleaved ? slice * area * own : (channel * own * selection.slices + slice) * area) * size;
      if (!together) {
        decode(file, page, its, behind, destination, count);
        continue;
      }
      decode(file, page, its, behind, together.get(), 0);
      for (size_t sample = 0; sample < own; ++sample) {
        for (size_t pixel = 0; pixel < area; ++pixel) {
          std::memcpy(destination + (sample * count + pixel) * size, together.get() + (pixel * own + sample) * size, size);
        }
      }
    }

    answer.image = blankImage(VERNIER_FORMAT_TIFF);
    answer.image.rank = selection.slices > 1 ? 3 : 2;
    answer.image.size[0] = first.width;
    answer.image.size[1] = first.height;
    answer.image.size[2] = int64_t(selection.slices);
    answer.image.channels = int32_t(channels);
    answer.image.sample_type = content.type;
    const bool isOfOnePage = selection.channels == 1;
    answer.image.is_color = isOfOnePage && content.isColor;
    answer.image.alpha = isOfOnePage ? content.alpha : -1;
    answer.image.is_alpha_associated = answer.image.alpha >= 0 && content.isAlphaAssociated;
  }

  /// The grid, in millimetres where the file has a unit, else in pixels along x. The samples of a smaller copy lie in the middle of those that they
  /// stand for.
  void describe(Answer &answer, const Page &base, const Page &shown, std::optional<double> none) {
    vernier_image &image = answer.image;
    const double factors[] = {double(base.width) / double(shown.width), double(base.height) / double(shown.height), 1};
    if (axes.unit) {
      std::strncpy(image.unit, axes.unit->symbol.c_str(), sizeof image.unit - 1);
      for (int axis = 0; axis < image.rank; ++axis) {
        const double size = axes.unit->inMillimetres(axes.pixelSize[axis]);
        image.spacing[axis] = size * factors[axis];
        image.origin[axis] = size * (factors[axis] - 1) / 2;
        if (!(image.spacing[axis] > 0) || !std::isfinite(image.spacing[axis])) {
          throw Failure(VERNIER_UNUSABLE_SPACING, std::to_string(axes.pixelSize[axis]) + " " + axes.unit->symbol);
        }
      }
    } else {
      for (int axis = 0; axis < image.rank; ++axis) image.spacing[axis] = axes.pixelSize[axis];
    }
    for (int32_t element = 0; element < image.rank * image.rank; ++element) {
      image.direction[element] = element % (image.rank + 1) == 0;
    }
    image.has_nodata = none.has_value();
    image.nodata = none.value_or(0);
  }

  tiff::File file;
  Axes axes;
};

class Series : public vernier_series {
public:
  explicit Series(const std::string &path) : reading(path) {
    frames = reading.frames().count;
    kind = reading.frames().kind;
    header = reading.header();
  }

  Answer read(int64_t frame, const vernier_part &part) override {
    vernier_part chosen = part;
    if (frames > 1) (kind == VERNIER_SERIES_TIME ? chosen.time : chosen.slice) = frame;
    return reading.run(chosen);
  }

private:
  Reading reading;
};

}  // namespace
}  // namespace tiff

Answer readTIFF(const std::string &path, const vernier_part &part) {
  tiff::Reading reading(path);
  Answer answer = reading.run(part);
  // A page that was chosen by its number says what is kept of it.
  answer.header = reading.header();
  return answer;
}

std::unique_ptr<vernier_series> openTIFFSeries(const std::string &path) { return std::make_unique<tiff::Series>(path); }

}  // namespace vernier
