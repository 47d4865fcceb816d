#include "reading.h"

#include "header.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace vernier {
namespace tiff {
namespace {

/// What the pages of a file are, in which an image is to be stored.
struct Plan {
  /// The samples of a pixel, and the pages of a slice.
  size_t together = 1, apart = 1;
  size_t slices = 1;
  /// Images of so many slices one after another.
  size_t frames = 1;
  size_t area = 0;
  /// The pages of a frame.
  size_t framePages() const { return apart * slices; }
  size_t pages() const { return framePages() * frames; }
  /// What is told of the file: frames that are slices count as such.
  bool areFramesSlices = false;
  size_t toldSlices() const { return areFramesSlices ? frames : slices; }
  size_t toldFrames() const { return areFramesSlices ? 1 : frames; }
};

Plan plan(const vernier_image &image, const FrameCount &frames, const Header *content) {
  Plan plan;
  plan.frames = size_t(frames.count);
  plan.areFramesSlices = frames.kind == VERNIER_SERIES_SLICES && image.rank == 2;
  plan.area = size_t(image.size[0] * image.size[1]);
  plan.slices = image.rank > 2 ? size_t(image.size[2]) : 1;
  const bool isTogether =
    image.is_color || image.alpha >= 0 || image.channels == 1 || (content && content->hasChannelsTogether);
  (isTogether ? plan.together : plan.apart) = size_t(image.channels);
  return plan;
}

std::string printed(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.9g", value);
  return text;
}

/// The pixel size in a unit; the unit is that of the file whose grid it is.
struct PixelSize {
  Unit unit;
  double size[3];
};

std::optional<PixelSize> pixelSize(const vernier_image &image) {
  const auto unit = findUnit(image.unit);
  if (!unit) return {};
  PixelSize found{*unit, {}};
  for (int axis = 0; axis < 3; ++axis) {
    found.size[axis] = axis < image.rank ? image.spacing[axis] / unit->millimetres : 1;
  }
  return found;
}

/// OME's name of a sample type; empty where it has none.
std::string omeType(int32_t type) {
  switch (type) {
    case VERNIER_SAMPLE_UINT8: return "uint8";
    case VERNIER_SAMPLE_INT8: return "int8";
    case VERNIER_SAMPLE_UINT16: return "uint16";
    case VERNIER_SAMPLE_INT16: return "int16";
    case VERNIER_SAMPLE_UINT32: return "uint32";
    case VERNIER_SAMPLE_INT32: return "int32";
    case VERNIER_SAMPLE_FLOAT32: return "float";
    case VERNIER_SAMPLE_FLOAT64: return "double";
    default: return "";
  }
}

std::string describeOME(
  const vernier_image &image, const Plan &plan, const std::optional<PixelSize> &pixel, const OMEImage &content) {
  OMEImage ome;
  ome.name = content.name;
  ome.description = content.description;
  ome.type = omeType(image.sample_type);
  ome.sizeX = image.size[0];
  ome.sizeY = image.size[1];
  ome.sizeZ = int64_t(plan.toldSlices());
  ome.sizeT = int64_t(plan.toldFrames());
  ome.timeIncrement = content.timeIncrement;
  ome.timeUnit = content.timeUnit;
  ome.sizeC = image.channels;
  for (size_t channel = 0; channel < plan.apart; ++channel) {
    // A channel that was taken out of several has no known name.
    const bool isKnown = content.channels.size() == plan.apart;
    ome.channels.push_back(isKnown ? content.channels[channel] : OMEChannel());
    ome.channels.back().samples = int64_t(plan.together);
  }
  for (int axis = 0; pixel && axis < image.rank; ++axis) {
    ome.physicalSize[axis] = pixel->size[axis];
    ome.physicalUnit[axis] = pixel->unit.symbol;
  }
  if (plan.areFramesSlices) {
    ome.physicalSize[2] = content.physicalSize[2];
    ome.physicalUnit[2] = content.physicalUnit[2];
  }
  return writeOME(ome);
}

/// A description on one line, as Java's properties escape it.
std::string onOneLine(const std::string &text) {
  std::string line;
  for (const char character : text) {
    if (character == '\n') line += "\\n";
    else if (character == '\\') line += "\\\\";
    else if (character != '\r') line += character;
  }
  return line;
}

/// ImageJ's description, which tifffile understands too. Members of the content's own that say something else are kept.
std::string describeImageJ(
  const vernier_image &image, const Plan &plan, const std::optional<PixelSize> &pixel, const Header *content) {
  std::string text = "ImageJ=1.54f\n";
  const auto add = [&](const std::string &key, const std::string &value) { text += key + "=" + value + "\n"; };
  const size_t pages = plan.pages();
  if (pages > 1) add("images", std::to_string(pages));
  if (plan.apart > 1) add("channels", std::to_string(plan.apart));
  const bool isImageJ = content && content->kind == Axes::Kind::imageJ;
  const ImageJDescription former(isImageJ ? content->description : std::string());
  if (plan.toldSlices() > 1) add("slices", std::to_string(plan.toldSlices()));
  if (plan.toldFrames() > 1) add("frames", std::to_string(plan.toldFrames()));
  if (plan.apart > 1) add("hyperstack", "true");
  else if (plan.frames > 1 && !former.text("hyperstack").empty()) add("hyperstack", former.text("hyperstack"));
  if (pixel) {
    const std::string &symbol = pixel->unit.symbol;
    const auto known = findUnit(former.text("unit"));
    // The name that the file had for the same unit.
    const bool isSame = known && known->symbol == symbol;
    add("unit", isSame ? former.text("unit")
                       : symbol == "µm" ? "micron" : symbol == "in" ? "inch" : symbol == "Å" ? "angstrom" : symbol);
    if (plan.slices > 1) add("spacing", printed(pixel->size[2]));
  } else if (plan.slices > 1 && image.spacing[2] != 1) {
    add("unit", "pixel");
    add("spacing", printed(image.spacing[2]));
  }
  if (plan.areFramesSlices && !former.text("spacing").empty()) add("spacing", former.text("spacing"));
  if (isImageJ) {
    constexpr const char *own[] = {"ImageJ", "images", "channels", "slices", "frames", "hyperstack", "unit", "xunit", "yunit",
                                   "zunit", "spacing", "loop"};
    for (const auto &member : former.members) {
      const bool isOwn = std::any_of(std::begin(own), std::end(own), [&](const char *key) { return member.first == key; });
      const bool isOfChannels = member.first == "mode" && plan.apart == 1;
      if (!isOwn && !isOfChannels) add(member.first, member.second);
    }
  } else {
    if (plan.apart > 1) add("mode", "composite");
    if (content && content->kind == Axes::Kind::plain && !content->description.empty()) {
      add("Info", onOneLine(content->description));
    }
  }
  return text;
}

std::string describe(
  const vernier_image &image, const Plan &plan, const std::optional<PixelSize> &pixel, const Header *content) {
  if (content && content->ome && !omeType(image.sample_type).empty()) return describeOME(image, plan, pixel, *content->ome);
  const bool isImageJ = content && content->kind == Axes::Kind::imageJ;
  if (pixel || plan.apart > 1 || isImageJ) return describeImageJ(image, plan, pixel, content);
  return content && content->kind == Axes::Kind::plain ? content->description : std::string();
}

int sampleFormat(int32_t type) {
  switch (type) {
    case VERNIER_SAMPLE_INT8:
    case VERNIER_SAMPLE_INT16:
    case VERNIER_SAMPLE_INT32:
    case VERNIER_SAMPLE_INT64: return SAMPLEFORMAT_INT;
    case VERNIER_SAMPLE_FLOAT32:
    case VERNIER_SAMPLE_FLOAT64: return SAMPLEFORMAT_IEEEFP;
    default: return SAMPLEFORMAT_UINT;
  }
}

/// Writes what all pages say, and then the samples of all pages, one after the other: ImageJ, and tifffile in its files,
/// take the planes of a stack for what lies behind the first page's samples.
class Writer {
public:
  Writer(const std::string &path, uint64_t byteCount) : path(path) {
    // Beyond 4 GB offsets need 64 bits.
    constexpr uint64_t most = 0xffffffff - (64 << 20);
    open(byteCount > most ? "w8" : "w");
    static const TIFFFieldInfo nodata = {
      nodataTag, -1, -1, TIFF_ASCII, FIELD_CUSTOM, 1, 0, const_cast<char *>("GDALNoDataValue")};
    TIFFMergeFieldInfo(handle, &nodata, 1);
  }
  ~Writer() {
    if (handle) TIFFClose(handle);
  }
  Writer(const Writer &) = delete;
  Writer &operator=(const Writer &) = delete;

  template <typename... Values>
  void set(uint32_t tag, Values... values) {
    if (!TIFFSetField(handle, tag, values...)) fail();
  }

  /// Ends a page, whose samples follow later.
  void endPage() {
    // The places of the strips are written when they are known.
    const bool isWritten = TIFFDeferStrileArrayWriting(handle) && TIFFWriteCheck(handle, 0, path.c_str()) &&
                           TIFFWriteDirectory(handle);
    if (!isWritten) fail();
  }

  /// After the last page: goes to the first one, for its samples.
  void beginSamples() {
    close();
    open("r+");
    do {
      if (!TIFFForceStrileArrayWriting(handle)) fail();
    } while (TIFFReadDirectory(handle));
    if (!error.empty() || !TIFFSetDirectory(handle, 0)) fail();
  }

  void nextPage() {
    if (!TIFFFlush(handle) || !TIFFReadDirectory(handle)) fail();
  }

  void writeStrip(uint32_t strip, void *bytes, size_t count) {
    if (TIFFWriteEncodedStrip(handle, strip, bytes, tmsize_t(count)) != tmsize_t(count)) fail();
  }

  void close() {
    TIFFClose(handle);
    handle = nullptr;
    if (!error.empty()) fail();
  }

private:
  void open(const char *mode) {
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) throw std::bad_alloc();
    TIFFOpenOptionsSetErrorHandlerExtR(options, keepError, &error);
    TIFFOpenOptionsSetWarningHandlerExtR(
      options, [](TIFF *, void *, const char *, const char *, va_list) { return 1; }, nullptr);
    handle = TIFFOpenExt(path.c_str(), mode, options);
    TIFFOpenOptionsFree(options);
    if (!handle) fail();
  }

  static int keepError(TIFF *, void *user, const char *, const char *format, va_list arguments) {
    auto &error = *static_cast<std::string *>(user);
    char text[512];
    std::vsnprintf(text, sizeof text, format, arguments);
    if (error.empty()) error = text;
    return 1;
  }

  [[noreturn]] void fail() const { throw Failure(VERNIER_FAILED, error.empty() ? "it cannot be written" : error); }

  const std::string path;
  TIFF *handle = nullptr;
  std::string error;
};

/// What every page says.
void setPage(Writer &writer, const vernier_image &image, const Plan &plan, const Header *content, uint32_t stripRows) {
  writer.set(TIFFTAG_IMAGEWIDTH, uint32_t(image.size[0]));
  writer.set(TIFFTAG_IMAGELENGTH, uint32_t(image.size[1]));
  writer.set(TIFFTAG_BITSPERSAMPLE, int(8 * sampleSize(image.sample_type)));
  writer.set(TIFFTAG_SAMPLEFORMAT, sampleFormat(image.sample_type));
  writer.set(TIFFTAG_SAMPLESPERPIXEL, int(plan.together));
  writer.set(TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  writer.set(TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  writer.set(TIFFTAG_PHOTOMETRIC, image.is_color ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
  writer.set(TIFFTAG_ROWSPERSTRIP, stripRows);
  if (content && content->hasOrientation) writer.set(TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
  const size_t base = image.is_color ? 3 : 1;
  std::vector<uint16_t> extras(plan.together > base ? plan.together - base : 0, EXTRASAMPLE_UNSPECIFIED);
  const size_t alpha = size_t(image.alpha);
  if (image.alpha >= 0 && alpha >= base && alpha < plan.together) {
    extras[alpha - base] = image.is_alpha_associated ? EXTRASAMPLE_ASSOCALPHA : EXTRASAMPLE_UNASSALPHA;
  }
  if (!extras.empty()) writer.set(TIFFTAG_EXTRASAMPLES, int(extras.size()), extras.data());
}

void setResolution(
  Writer &writer, const std::optional<PixelSize> &pixel, bool isOME, const Header *content) {
  if (pixel) {
    // ImageJ takes pixels for its unit, but of OME-XML it knows nothing, and takes centimetres.
    const double scale = isOME ? 10 / pixel->unit.millimetres : 1;
    writer.set(TIFFTAG_RESOLUTIONUNIT, isOME ? RESUNIT_CENTIMETER : RESUNIT_NONE);
    writer.set(TIFFTAG_XRESOLUTION, scale / pixel->size[0]);
    writer.set(TIFFTAG_YRESOLUTION, scale / pixel->size[1]);
  } else if (content && content->kind == Axes::Kind::plain && content->resolution[0] && content->resolution[1]) {
    writer.set(TIFFTAG_RESOLUTIONUNIT, int(content->resolutionUnit.value_or(RESUNIT_INCH)));
    writer.set(TIFFTAG_XRESOLUTION, *content->resolution[0]);
    writer.set(TIFFTAG_YRESOLUTION, *content->resolution[1]);
  }
}

/// What the first page says besides.
void setContent(Writer &writer, const vernier_image &image, const std::string &description, const Header *content) {
  if (!description.empty()) writer.set(TIFFTAG_IMAGEDESCRIPTION, description.c_str());
  if (image.has_nodata) writer.set(nodataTag, std::isnan(image.nodata) ? "nan" : printed(image.nodata).c_str());
  if (!content) return;
  for (const auto &text : content->texts) writer.set(text.first, text.second.c_str());
  if (!content->colorProfile.empty() && image.is_color) {
    writer.set(TIFFTAG_ICCPROFILE, uint32_t(content->colorProfile.size()), content->colorProfile.data());
  }
}

/// A file that is written frame by frame: first what all pages say, then their samples as they come.
class FrameWriter : public vernier_writer {
public:
  FrameWriter(const std::string &path, const vernier_image &image, const FrameCount &frames, const Source &source)
      : image(image), content(dynamic_cast<const Header *>(source.content)), plan(tiff::plan(image, frames, content)),
        pixel(pixelSize(image)), description(describe(image, plan, pixel, content)), writer(path, byteCount()) {
    // A page is one strip up to a size that memory holds twice.
    constexpr size_t mostBytes = size_t(1) << 28;
    const size_t rowSize = size_t(image.size[0]) * plan.together * sampleSize(image.sample_type);
    stripRows = std::max<size_t>(1, std::min(size_t(image.size[1]), mostBytes / rowSize));
    strip.resize(stripRows * rowSize);
    for (size_t page = 0; page < plan.pages(); ++page) {
      setPage(writer, image, plan, content, uint32_t(stripRows));
      setResolution(writer, pixel, isOME(description), content);
      if (page == 0) setContent(writer, image, description, content);
      writer.endPage();
    }
    writer.beginSamples();
  }

  void append(const float *const *channels) override {
    for (size_t page = 0; page < plan.framePages(); ++page, ++written) {
      if (written > 0) writer.nextPage();
      writePage(channels + (plan.apart > 1 ? page % plan.apart : 0), page / plan.apart);
    }
  }

  void finish() override {
    if (written != plan.pages()) throw Failure(VERNIER_FAILED, "frames are missing");
    writer.close();
  }

private:
  /// Of the samples, and of what the pages say.
  uint64_t byteCount() const {
    constexpr uint64_t pageSize = 512;
    return uint64_t(plan.area) * sampleSize(image.sample_type) * uint64_t(image.channels) * plan.slices * plan.frames +
           pageSize * plan.pages();
  }

  /// Writes a slice of the channels that a page holds together.
  void writePage(const float *const *channels, size_t slice) {
    const size_t width = size_t(image.size[0]), height = size_t(image.size[1]), size = sampleSize(image.sample_type);
    std::vector<const float *> planes(plan.together);
    for (size_t row = 0; row < height; row += stripRows) {
      const size_t count = std::min(stripRows, height - row) * width;
      for (size_t index = 0; index < planes.size(); ++index) {
        planes[index] = channels[index] + slice * plan.area + row * width;
      }
      interleave(image.sample_type, planes.data(), planes.size(), count, strip.data());
      writer.writeStrip(uint32_t(row / stripRows), strip.data(), count * plan.together * size);
    }
  }

  vernier_image image;
  const Header *content;
  Plan plan;
  std::optional<PixelSize> pixel;
  std::string description;
  Writer writer;
  size_t stripRows = 1;
  std::vector<char> strip;
  /// The pages whose samples are there.
  size_t written = 0;
};

}  // namespace
}  // namespace tiff

std::unique_ptr<vernier_writer> beginTIFF(
  const std::string &path, const vernier_image &image, const FrameCount &frames, const Source &source) {
  const size_t count = static_cast<size_t>(image.size[0] * image.size[1] * (image.rank > 2 ? image.size[2] : 1));
  checkRoom(path, count * size_t(image.channels) * sampleSize(image.sample_type) * size_t(frames.count));
  return std::make_unique<tiff::FrameWriter>(path, image, frames, source);
}

void writeTIFF(
  const std::string &path, const vernier_image &image, const float *const *channels, const Source &source) {
  tiff::FrameWriter writer(path, image, {1, VERNIER_SERIES_TIME}, source);
  writer.append(channels);
  writer.finish();
}

}  // namespace vernier
