#include "file.h"

#include "../payload.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstring>
#include <unordered_set>

namespace vernier::tiff {
namespace {

std::string formatted(const char *module, const char *format, va_list arguments) {
  char text[512];
  std::vsnprintf(text, sizeof text, format, arguments);
  return module && *module ? std::string(module) + ": " + text : text;
}

int keepError(TIFF *, void *user, const char *module, const char *format, va_list arguments) {
  auto &error = *static_cast<std::string *>(user);
  if (error.empty()) error = formatted(module, format, arguments);
  return 1;
}

/// libjpeg fills up samples that are missing, with a warning; other warnings are harmless.
int heedWarning(TIFF *handle, void *user, const char *module, const char *format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const bool isMissing = formatted(module, format, again).find("remature end") != std::string::npos;
  va_end(again);
  return isMissing ? keepError(handle, user, module, format, arguments) : 1;
}

template <typename Value>
Value defaulted(TIFF *handle, uint32_t tag, Value otherwise) {
  Value value = otherwise;
  return TIFFGetFieldDefaulted(handle, tag, &value) ? value : otherwise;
}

}  // namespace

std::string compressionName(int compression) {
  switch (compression) {
    case COMPRESSION_OJPEG: return "JPEG of the old style";
    case COMPRESSION_JPEG: return "JPEG";
    case COMPRESSION_JBIG: return "JBIG";
    case 9: case 10: return "ITU-T T.85 or T.43";
    case 22610: case 34934: return "JPEG XR";
    case COMPRESSION_DCS: return "DCS";
    case COMPRESSION_SGILOG: case COMPRESSION_SGILOG24: return "SGI LogLuv";
    case 33003: case 33004: case 33005: case 34712: return "JPEG 2000";
    case 34713: return "Nikon NEF";
    case 34892: return "lossy JPEG of DNG";
    case COMPRESSION_LERC: return "LERC";
    case COMPRESSION_LZMA: return "LZMA";
    case COMPRESSION_ZSTD: case 34926: return "Zstandard";
    case COMPRESSION_WEBP: case 34927: return "WebP";
    case 50002: case 52546: return "JPEG XL";
    case 50013: return "pixtiff";
    case 34933: return "PNG";
    default: return "number " + std::to_string(compression);
  }
}

File::File(const std::string &path) {
  descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw Failure(VERNIER_FAILED, std::strerror(errno));
  struct stat status;
  fstat(descriptor, &status);
  byteCount = static_cast<uint64_t>(status.st_size);
  try {
    findDirectories();
    // Errors go to this object and to no handler of the process. No memory map: a file that is cut while it is read would end the
    // process. Offsets of strips are read where they are needed, and a large
    // strip stays one. The first directory is not read.
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
    if (!options) throw std::bad_alloc();
    TIFFOpenOptionsSetErrorHandlerExtR(options, keepError, &error);
    TIFFOpenOptionsSetWarningHandlerExtR(options, heedWarning, &error);
    handle = TIFFOpenExt(path.c_str(), "rmhDc", options);
    TIFFOpenOptionsFree(options);
    if (!handle) fail("it cannot be opened");
  } catch (...) {
    ::close(descriptor);
    throw;
  }
}

File::~File() {
  TIFFClose(handle);
  ::close(descriptor);
}

void File::read(uint64_t offset, void *destination, size_t count) const {
  if (count > byteCount || offset > byteCount - count) failTruncated();
  auto *bytes = static_cast<char *>(destination);
  while (count > 0) {
    const ssize_t got = pread(descriptor, bytes, count, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Failure(VERNIER_FAILED, std::strerror(errno));
    if (got == 0) failTruncated();
    bytes += got;
    offset += static_cast<uint64_t>(got);
    count -= static_cast<size_t>(got);
  }
}

uint64_t File::number(const unsigned char *bytes, size_t count) const {
  uint64_t value = 0;
  for (size_t index = 0; index < count; ++index) {
    value |= uint64_t(bytes[index]) << 8 * (isBigEndian ? count - 1 - index : index);
  }
  return value;
}

/// Follows the chain of directories without their content (TIFF 6.0, section 2; BigTIFF).
void File::findDirectories() {
  unsigned char header[16];
  read(0, header, 8);
  isBigEndian = header[0] == 'M';
  isBig = number(header + 2, 2) == 43;
  if (isBig) read(8, header + 8, 8);
  const size_t countSize = isBig ? 8 : 2, entrySize = isBig ? 20 : 12, pointerSize = isBig ? 8 : 4;
  uint64_t next = number(header + (isBig ? 8 : 4), pointerSize);
  std::unordered_set<uint64_t> visited;
  while (next != 0) {
    if (!visited.insert(next).second) throw Failure(VERNIER_DAMAGED, "its pages refer to one another in a circle");
    offsets.push_back(next);
    unsigned char field[8];
    read(next, field, countSize);
    const uint64_t count = number(field, countSize);
    if (count > 65535) throw Failure(VERNIER_DAMAGED, "a page of it has more tags than there are");
    read(next + countSize + count * entrySize, field, pointerSize);
    next = number(field, pointerSize);
  }
  if (offsets.empty()) throw Failure(VERNIER_EMPTY, "it holds no page");
}

std::vector<unsigned char> File::entries(uint64_t directory) const {
  unsigned char field[8];
  const size_t countSize = isBig ? 8 : 2;
  read(directory, field, countSize);
  std::vector<unsigned char> bytes(std::min<uint64_t>(number(field, countSize), 65535) * (isBig ? 20 : 12));
  read(directory + countSize, bytes.data(), bytes.size());
  return bytes;
}

uint64_t File::valueCount(uint64_t directory, uint16_t tag) const {
  const auto bytes = entries(directory);
  for (size_t at = 0; at < bytes.size(); at += isBig ? 20 : 12) {
    if (number(bytes.data() + at, 2) != tag) continue;
    const uint64_t count = number(bytes.data() + at + 4, isBig ? 8 : 4);
    // A value has two bytes at least.
    return count <= byteCount / 2 ? count : 0;
  }
  return 0;
}

void File::checkValues(uint64_t directory) const {
  constexpr uint16_t tags[] = {
    TIFFTAG_BITSPERSAMPLE, TIFFTAG_IMAGEDESCRIPTION, TIFFTAG_STRIPOFFSETS, TIFFTAG_STRIPBYTECOUNTS, TIFFTAG_COLORMAP,
    TIFFTAG_TILEOFFSETS, TIFFTAG_TILEBYTECOUNTS, TIFFTAG_SUBIFD, TIFFTAG_EXTRASAMPLES, TIFFTAG_SAMPLEFORMAT,
    TIFFTAG_JPEGTABLES};
  // By the number of the type (TIFF 6.0, section 2; BigTIFF).
  constexpr size_t sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8};
  const size_t placeSize = isBig ? 8 : 4;
  const auto bytes = entries(directory);
  for (size_t at = 0; at < bytes.size(); at += isBig ? 20 : 12) {
    const unsigned char *entry = bytes.data() + at;
    const uint64_t type = number(entry + 2, 2), count = number(entry + 4, placeSize);
    const bool matters = std::count(std::begin(tags), std::end(tags), number(entry, 2)) > 0 && type < std::size(sizes);
    if (!matters || count * sizes[type] <= placeSize) continue;
    const uint64_t place = number(entry + 4 + placeSize, placeSize);
    if (count > byteCount || place > byteCount || count * sizes[type] > byteCount - place) failTruncated();
  }
}

Page File::page(uint64_t offset) {
  error.clear();
  if (TIFFCurrentDirOffset(handle) != offset) {
    checkValues(offset);
    if (!TIFFSetSubDirectory(handle, offset)) fail("a page of it cannot be read");
  }
  Page page;
  page.offset = offset;
  uint32_t width = 0, height = 0;
  if (!TIFFGetField(handle, TIFFTAG_IMAGEWIDTH, &width) || !TIFFGetField(handle, TIFFTAG_IMAGELENGTH, &height)) {
    fail("a page of it has no size");
  }
  if (width == 0 || height == 0) throw Failure(VERNIER_EMPTY, "an axis has no samples");
  page.width = width;
  page.height = height;
  page.bits = defaulted<uint16_t>(handle, TIFFTAG_BITSPERSAMPLE, 1);
  page.samples = defaulted<uint16_t>(handle, TIFFTAG_SAMPLESPERPIXEL, 1);
  page.format = defaulted<uint16_t>(handle, TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
  page.compression = defaulted<uint16_t>(handle, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
  page.isPlanar =
    page.samples > 1 && defaulted<uint16_t>(handle, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG) == PLANARCONFIG_SEPARATE;
  page.isTiled = TIFFIsTiled(handle) != 0;
  uint16_t photometric = 0;
  if (TIFFGetField(handle, TIFFTAG_PHOTOMETRIC, &photometric)) page.photometric = photometric;
  uint32_t kind = 0;
  if (TIFFGetField(handle, TIFFTAG_SUBFILETYPE, &kind)) page.kind = kind;
  uint16_t orientation = 0;
  if (TIFFGetField(handle, TIFFTAG_ORIENTATION, &orientation) && orientation <= 8) page.orientation = orientation;
  uint16_t count = 0;
  const uint16_t *extras = nullptr;
  if (TIFFGetField(handle, TIFFTAG_EXTRASAMPLES, &count, &extras) && extras) page.extras.assign(extras, extras + count);
  const uint64_t *children = nullptr;
  if (TIFFGetField(handle, TIFFTAG_SUBIFD, &count, &children) && children) page.children.assign(children, children + count);
  return page;
}

std::string File::text(uint32_t tag) const {
  const TIFFField *field = TIFFFindField(handle, tag, TIFF_ANY);
  if (!field || TIFFFieldDataType(field) != TIFF_ASCII) return {};
  const char *text = nullptr;
  uint32_t count = 0;
  if (TIFFFieldPassCount(field)) {
    if (TIFFFieldReadCount(field) != TIFF_VARIABLE2 || !TIFFGetField(handle, tag, &count, &text) || !text) return {};
    return std::string(text, strnlen(text, count));
  }
  return TIFFGetField(handle, tag, &text) && text ? text : std::string();
}

std::optional<double> File::number(uint32_t tag) const {
  float value = 0;
  if (!TIFFGetField(handle, tag, &value)) return {};
  return value;
}

std::optional<uint16_t> File::shortNumber(uint32_t tag) const {
  uint16_t value = 0;
  if (!TIFFGetField(handle, tag, &value)) return {};
  return value;
}

std::vector<unsigned char> File::bytes(uint32_t tag) const {
  const TIFFField *field = TIFFFindField(handle, tag, TIFF_ANY);
  if (!field || !TIFFFieldPassCount(field) || TIFFFieldReadCount(field) != TIFF_VARIABLE2) return {};
  const TIFFDataType type = TIFFFieldDataType(field);
  const bool isOfBytes = type == TIFF_BYTE || type == TIFF_UNDEFINED || type == TIFF_SBYTE;
  uint32_t count = 0;
  const unsigned char *bytes = nullptr;
  if (!isOfBytes || !TIFFGetField(handle, tag, &count, &bytes) || !bytes) return {};
  return std::vector<unsigned char>(bytes, bytes + count);
}

void File::fail(const std::string &what) const {
  const auto says = [this](const char *words) { return error.find(words) != error.npos; };
  const std::string text = error.empty() ? what : error;
  if (says("different values per sample")) {
    throw Failure(VERNIER_UNSUPPORTED, "its channels have different numbers of bits or types; save them alike");
  }
  if (says("not support") || says("nsupported") || says("not configured") || says("not implemented") ||
      says("Cannot handle") || says("can not handle")) {
    throw Failure(VERNIER_UNSUPPORTED, "its kind of TIFF is not supported (" + text + "); save it with deflate or LZW");
  }
  throw Failure(VERNIER_DAMAGED, text);
}

}  // namespace vernier::tiff
