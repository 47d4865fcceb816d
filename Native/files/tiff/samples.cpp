#include "samples.h"

#include "../payload.h"
#include "../pictures/jpeg2000.h"
#include "colors.h"
#include "unpacking.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace vernier::tiff {
namespace {

bool isJPEG2000(int compression) {
  return compression == 34712 || compression == 33003 || compression == 33004 || compression == 33005;
}

[[noreturn]] void failUnsupported(const std::string &what) { throw Failure(VERNIER_UNSUPPORTED, what); }

/// Refuses by name what the samples would not mean what they seem to.
void checkMeaning(const File &file, const Page &page) {
  switch (page.photometric) {
    case PHOTOMETRIC_LOGL:
    case PHOTOMETRIC_LOGLUV: failUnsupported("its samples are SGI LogLuv; save it as floating-point TIFF");
    case PHOTOMETRIC_CFA: failUnsupported("it is a camera's raw mosaic (CFA); develop it and save it as TIFF");
    case 34892: failUnsupported("it is a camera's raw picture (linear raw); develop it and save it as TIFF");
    case PHOTOMETRIC_ITULAB: failUnsupported("its colours are ITU Lab; save it as RGB");
    case PHOTOMETRIC_SEPARATED: {
      const auto inks = file.shortNumber(TIFFTAG_INKSET);
      if (page.samples < 4 || (inks && *inks != INKSET_CMYK)) failUnsupported("its inks are not CMYK; save it as RGB");
      if (page.bits != 8 && page.bits != 16) {
        failUnsupported("its CMYK inks have " + std::to_string(page.bits) + " bits; save it as RGB");
      }
      break;
    }
    case PHOTOMETRIC_PALETTE:
      if (page.samples != 1 || page.bits > 16) failUnsupported("its palette is not usable; save it as RGB");
      break;
    default: break;
  }
}

/// What the samples behind the first `base` are.
void describeExtras(const Page &page, int base, int shift, Content &content) {
  for (size_t index = 0; index < page.extras.size() && int(index) + base < page.samples; ++index) {
    const uint16_t kind = page.extras[index];
    if (kind != EXTRASAMPLE_ASSOCALPHA && kind != EXTRASAMPLE_UNASSALPHA) continue;
    content.alpha = base + int(index) - shift;
    content.isAlphaAssociated = kind == EXTRASAMPLE_ASSOCALPHA;
    return;
  }
}

}  // namespace

Content content(const File &file, const Page &page, bool keepsIndices) {
  checkMeaning(file, page);
  Content content;
  if (isJPEG2000(page.compression)) {
    content.path = Content::Path::jpeg2000;
  } else if (!TIFFIsCODECConfigured(static_cast<uint16_t>(page.compression))) {
    failUnsupported(
      "its compression (" + compressionName(page.compression) + ") is not supported; save it with deflate or LZW");
  }
  content.type = unpackedType(page.bits, page.format);
  content.channels = page.samples;
  content.isPlanar = page.isPlanar;
  switch (page.photometric) {
    case PHOTOMETRIC_RGB:
      content.isColor = page.samples >= 3;
      describeExtras(page, 3, 0, content);
      break;
    case PHOTOMETRIC_PALETTE:
      if (!keepsIndices) {
        content.channels = 3;
        content.isColor = true;
        content.type = palette(file, page).isEightBit() ? VERNIER_SAMPLE_UINT8 : VERNIER_SAMPLE_UINT16;
      }
      break;
    case PHOTOMETRIC_SEPARATED:
      content.channels = page.samples - 1;
      content.isColor = true;
      content.isPlanar = false;
      describeExtras(page, 4, 1, content);
      break;
    case PHOTOMETRIC_YCBCR:
      if (page.samples < 3 || page.bits != 8) failUnsupported("its YCbCr samples have no 8 bits; save it as RGB");
      content.isColor = true;
      if (page.compression == COMPRESSION_JPEG && !page.isPlanar) {
        describeExtras(page, 3, 0, content);
      } else if (content.path == Content::Path::samples && page.compression != COMPRESSION_WEBP) {
        content.path = Content::Path::colors;
      }
      break;
    case PHOTOMETRIC_CIELAB:
    case PHOTOMETRIC_ICCLAB:
      if (page.samples != 3 || page.bits != 8 || content.path != Content::Path::samples) {
        failUnsupported("its colours are CIE Lab with other than 8 bits; save it as RGB");
      }
      content.isColor = true;
      content.path = Content::Path::colors;
      break;
    default: describeExtras(page, 1, 0, content); break;
  }
  if (content.path == Content::Path::colors) {
    content.channels = 3;
    content.isPlanar = false;
  }
  if (content.path == Content::Path::jpeg2000) {
    if (page.bits > 16 || page.format == SAMPLEFORMAT_IEEEFP) {
      failUnsupported("its JPEG 2000 samples have " + std::to_string(page.bits) + " bits; save it with deflate");
    }
  }
  return content;
}

bool isContiguous(const File &file, const Page &page) {
  if (page.compression != COMPRESSION_NONE || page.isTiled || page.isPlanar) return false;
  // The strips of the first picture follow one another.
  const uint32_t strips = TIFFNumberOfStrips(file.raw());
  if (file.valueCount(page.offset, TIFFTAG_STRIPOFFSETS) < strips) return false;
  for (uint32_t strip = 1; strip < strips; ++strip) {
    const uint64_t end = TIFFGetStrileOffset(file.raw(), strip - 1) + TIFFGetStrileByteCount(file.raw(), strip - 1);
    if (TIFFGetStrileOffset(file.raw(), strip) != end) return false;
  }
  return true;
}

namespace {

size_t rowSize(const Page &page) {
  return (size_t(page.width) * size_t(page.samples) * size_t(page.bits) + 7) / 8;
}

/// Strips and tiles of a page, one after another, in their own form: packed bits, whole bytes in this machine's order.
class Segments {
public:
  Segments(File &file, const Page &page, const Content &content) : file(file), page(page), content(content) {
    TIFF *handle = file.raw();
    isTiled = page.isTiled;
    uint32_t width = 0, height = 0;
    if (isTiled) {
      TIFFGetField(handle, TIFFTAG_TILEWIDTH, &width);
      TIFFGetField(handle, TIFFTAG_TILELENGTH, &height);
    } else {
      TIFFGetFieldDefaulted(handle, TIFFTAG_ROWSPERSTRIP, &height);
      width = uint32_t(page.width);
      height = uint32_t(std::min<int64_t>(height, page.height));
    }
    if (width == 0 || height == 0) throw Failure(VERNIER_DAMAGED, "its tiles or strips have no size");
    columns = width;
    rows = height;
    across = (page.width + columns - 1) / columns;
    down = (page.height + rows - 1) / rows;
    samples = page.isPlanar ? 1 : size_t(page.samples);
    rowBytes = (size_t(columns) * samples * size_t(page.bits) + 7) / 8;
    const uint64_t parts = uint64_t(across) * uint64_t(down) * (page.isPlanar ? uint64_t(page.samples) : 1);
    const uint64_t told = file.valueCount(page.offset, isTiled ? TIFFTAG_TILEOFFSETS : TIFFTAG_STRIPOFFSETS);
    if (told < parts) {
      throw Failure(VERNIER_DAMAGED, "it tells where " + std::to_string(told) + " of the " + std::to_string(parts) +
                                       " parts of its samples are");
    }
    if (content.path != Content::Path::samples) return;
    const uint64_t size = isTiled ? TIFFTileSize64(handle) : TIFFVStripSize64(handle, uint32_t(rows));
    if (size == 0 || size != rowBytes * uint64_t(rows)) {
      throw Failure(VERNIER_UNSUPPORTED, "its samples are packed in an unknown way; save it as RGB or grey");
    }
  }

  int64_t columns = 0, rows = 0, across = 0, down = 0;
  /// The bytes of a row of a segment.
  size_t rowBytes = 0;
  /// The samples of a pixel in a segment.
  size_t samples = 1;
  bool isTiled = false;

  uint32_t number(int64_t plane, int64_t row, int64_t column) const {
    return static_cast<uint32_t>((plane * down + row) * across + column);
  }

  int64_t rowCount(int64_t row) const { return isTiled ? rows : std::min(rows, page.height - row * rows); }

  /// Whether the segment is in the file; what was never written has neither place nor length. Throws where it lies beyond the
  /// end.
  bool isPresent(uint32_t segment, int64_t count) const {
    const uint64_t offset = TIFFGetStrileOffset(file.raw(), segment);
    uint64_t bytes = TIFFGetStrileByteCount(file.raw(), segment);
    if (offset == 0 && bytes == 0) return false;
    // Of plain samples only those are needed that there are.
    if (page.compression == COMPRESSION_NONE && content.path == Content::Path::samples) {
      bytes = rowBytes * uint64_t(count);
    }
    if (bytes > file.size() || offset > file.size() - bytes) failTruncated();
    return true;
  }

  void read(uint32_t segment, int64_t count, void *destination) {
    const tmsize_t size = static_cast<tmsize_t>(rowBytes * size_t(count));
    file.clearError();
    const tmsize_t got = isTiled ? TIFFReadEncodedTile(file.raw(), segment, destination, size)
                                 : TIFFReadEncodedStrip(file.raw(), segment, destination, size);
    if (got != size || file.hasError()) file.fail("a part of its samples cannot be decoded");
  }

  std::vector<unsigned char> readRaw(uint32_t segment) {
    std::vector<unsigned char> bytes(TIFFGetStrileByteCount(file.raw(), segment));
    const tmsize_t size = static_cast<tmsize_t>(bytes.size());
    const tmsize_t got = isTiled ? TIFFReadRawTile(file.raw(), segment, bytes.data(), size)
                                 : TIFFReadRawStrip(file.raw(), segment, bytes.data(), size);
    if (got != size) file.fail("a part of its samples cannot be read");
    return bytes;
  }

private:
  File &file;
  const Page &page;
  const Content &content;
};

/// The samples of a page as they are stored, but unpacked: page.samples a pixel, or plane by plane.
class Decoder {
public:
  Decoder(File &file, const Page &page, const Content &content)
      : file(file), page(page), content(content), type(unpackedType(page.bits, page.format)), size(sampleSize(type)) {}

  void run(char *destination, size_t planeStride) {
    Segments segments(file, page, content);
    const size_t stride = size_t(page.width) * segments.samples * size;
    // A strip that needs no unpacking goes where it belongs.
    const bool isDirect =
      content.path == Content::Path::samples && isUnpacked(page.bits, page.format) && !segments.isTiled;
    // Not touched before it is filled: a damaged header may ask for any amount.
    const Bytes buffer = isDirect ? Bytes() : allocate(segments.rowBytes * size_t(segments.rows));
    const int64_t first = std::max(content.only, 0);
    const int64_t end = content.only >= 0 ? first + 1 : page.isPlanar ? page.samples : 1;
    for (int64_t plane = first; plane < end; ++plane) {
      char *target = destination + size_t(plane - first) * planeStride * size;
      for (int64_t row = 0; row < segments.down; ++row) {
        const int64_t height = std::min(segments.rows, page.height - row * segments.rows);
        for (int64_t column = 0; column < segments.across; ++column) {
          const int64_t width = std::min(segments.columns, page.width - column * segments.columns);
          char *corner = target + size_t(row * segments.rows) * stride +
                         size_t(column * segments.columns) * segments.samples * size;
          const uint32_t number = segments.number(plane, row, column);
          const int64_t stored = segments.rowCount(row);
          const size_t count = size_t(width) * segments.samples;
          if (!segments.isPresent(number, stored)) {
            // A part that was never written; a picture of these alone is none.
            if (segments.across * segments.down == 1) throw Failure(VERNIER_EMPTY, "it holds no samples");
            for (int64_t line = 0; line < height; ++line) fillAbsent(corner + size_t(line) * stride, count);
          } else if (content.path == Content::Path::jpeg2000) {
            copyJPEG2000(segments.readRaw(number), width, height, segments.samples, corner, stride);
          } else if (isDirect) {
            segments.read(number, stored, corner);
          } else {
            segments.read(number, stored, buffer.get());
            for (int64_t line = 0; line < height; ++line) {
              const char *packed = buffer.get() + size_t(line) * segments.rowBytes;
              unpack(reinterpret_cast<const unsigned char *>(packed), count, corner + size_t(line) * stride);
            }
          }
        }
      }
    }
  }

  /// The plane that follows the page's own by its number, without a directory.
  void runContiguous(int64_t plane, char *destination) {
    const size_t stored = rowSize(page), count = size_t(page.width) * size_t(page.samples);
    std::vector<unsigned char> rows(stored * size_t(page.height));
    file.read(TIFFGetStrileOffset(file.raw(), 0) + uint64_t(plane) * rows.size(), rows.data(), rows.size());
    const bool isOfBytes = page.bits == 16 || page.bits == 24 || page.bits == 32 || page.bits == 64;
    if (file.isSwapped() && isOfBytes) {
      swapBytes(reinterpret_cast<char *>(rows.data()), count * size_t(page.height), size_t(page.bits / 8));
    }
    for (size_t line = 0; line < size_t(page.height); ++line) {
      unpack(rows.data() + line * stored, count, destination + line * count * size);
    }
  }

private:
  void unpack(const unsigned char *row, size_t count, char *destination) const {
    unpackRow(row, count, page.bits, page.format, destination);
  }

  void fillAbsent(char *destination, size_t count) const {
    constexpr char zero[8] = {};
    if (std::memcmp(content.absent, zero, sizeof zero) == 0) {
      std::memset(destination, 0, count * size);
      return;
    }
    for (size_t index = 0; index < count; ++index) std::memcpy(destination + index * size, content.absent, size);
  }

  void copyJPEG2000(
    const std::vector<unsigned char> &bytes, int64_t width, int64_t height, size_t samples, char *corner, size_t stride) {
    const bool isYCbCr = page.photometric == PHOTOMETRIC_YCBCR || page.compression == 33003;
    const Answer part = decodeJPEG2000(bytes.data(), bytes.size(), isYCbCr);
    const bool fits = part.image.size[0] >= width && part.image.size[1] >= height &&
                      part.samples->channels == samples && part.samples->type == type;
    if (!fits) throw Failure(VERNIER_DAMAGED, "a JPEG 2000 part of it is not as its tags say");
    const size_t length = size_t(part.image.size[0]) * samples * size;
    for (int64_t line = 0; line < height; ++line) {
      std::memcpy(
        corner + size_t(line) * stride, part.samples->bytes.get() + size_t(line) * length, size_t(width) * samples * size);
    }
  }

  File &file;
  const Page &page;
  const Content &content;
  int32_t type;
  size_t size;
};

}  // namespace

int64_t contiguousCount(const File &file, const Page &page) {
  const uint64_t offset = TIFFGetStrileOffset(file.raw(), 0);
  const uint64_t size = rowSize(page) * uint64_t(page.height);
  return offset < file.size() ? int64_t((file.size() - offset) / size) : 0;
}

bool hasRest(const File &file, const Page &page) {
  const uint64_t offset = TIFFGetStrileOffset(file.raw(), 0);
  return page.offset < offset && file.size() > offset + rowSize(page) * uint64_t(page.height);
}

void decode(
  File &file, const Page &page, const Content &content, int64_t plane, char *destination, size_t channelStride) {
  if (content.path == Content::Path::colors) return decodeColors(file, page, destination);
  if (page.photometric == PHOTOMETRIC_YCBCR && page.compression == COMPRESSION_JPEG) {
    TIFFSetField(file.raw(), TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  }
  Decoder decoder(file, page, content);
  const size_t count = size_t(page.width) * size_t(page.height);
  const bool isIndexed = page.photometric == PHOTOMETRIC_PALETTE && content.isColor;
  const bool isOfInks = page.photometric == PHOTOMETRIC_SEPARATED;
  const int32_t type = unpackedType(page.bits, page.format);
  if (!isIndexed && !isOfInks) {
    plane > 0 ? decoder.runContiguous(plane, destination) : decoder.run(destination, channelStride);
    if (page.photometric == PHOTOMETRIC_MINISWHITE) invertWhite(page, type, destination, count);
    return;
  }
  const size_t samples = size_t(page.samples), size = sampleSize(type);
  Bytes stored = allocate(count * samples * size);
  plane > 0 ? decoder.runContiguous(plane, stored.get()) : decoder.run(stored.get(), count);
  if (page.isPlanar) {
    Bytes together = allocate(count * samples * size);
    for (size_t index = 0; index < count * samples; ++index) {
      const size_t pixel = index / samples, sample = index % samples;
      std::memcpy(together.get() + index * size, stored.get() + (sample * count + pixel) * size, size);
    }
    stored = std::move(together);
  }
  if (isOfInks) {
    convertInks(stored.get(), size, count, samples, destination);
  } else {
    palette(file, page).lookUp(stored.get(), size, count, destination);
  }
}

}  // namespace vernier::tiff
