/// A TIFF file through libtiff: its directories and what they say.
#pragma once

#include "../files.h"

#include <tiffio.h>

#include <optional>

namespace vernier::tiff {

/// What a directory says of its picture.
struct Page {
  /// Where the directory lies in the file.
  uint64_t offset = 0;
  int64_t width = 0, height = 0;
  int bits = 1, samples = 1, format = SAMPLEFORMAT_UINT;
  int photometric = PHOTOMETRIC_MINISBLACK, compression = COMPRESSION_NONE;
  bool isPlanar = false, isTiled = false;
  /// NewSubfileType: bit 0 marks a smaller copy, bit 2 a mask.
  uint32_t kind = 0;
  int orientation = 0;
  /// What the samples behind those of the photometric interpretation are.
  std::vector<uint16_t> extras;
  /// Where further directories lie that belong to this one, such as its smaller copies.
  std::vector<uint64_t> children;

  bool isCopy() const { return (kind & FILETYPE_REDUCEDIMAGE) != 0; }
  bool isMask() const { return (kind & FILETYPE_MASK) != 0; }
  /// Whether the two hold samples of one kind.
  bool isLike(const Page &other) const {
    return bits == other.bits && samples == other.samples && format == other.format && photometric == other.photometric;
  }
  bool hasSize(const Page &other) const { return width == other.width && height == other.height; }
};

class File {
public:
  /// Opens a file and finds its directories. Throws where one lies beyond the end.
  explicit File(const std::string &path);
  ~File();
  File(const File &) = delete;
  File &operator=(const File &) = delete;

  /// The directories of the main chain, in its order.
  const std::vector<uint64_t> &directories() const { return offsets; }
  uint64_t size() const { return byteCount; }
  bool isSwapped() const { return TIFFIsByteSwapped(handle) != 0; }

  /// Goes to a directory, unless it is there, and reads what it says of its picture.
  Page page(uint64_t offset);

  /// What the directory holds that `page` went to last; empty where it holds none.
  std::string text(uint32_t tag) const;
  std::optional<double> number(uint32_t tag) const;
  std::vector<unsigned char> bytes(uint32_t tag) const;
  std::optional<uint16_t> shortNumber(uint32_t tag) const;

  TIFF *raw() const { return handle; }

  /// How many values a directory has for a tag; 0 where it lacks the tag, or claims more than the file can hold.
  uint64_t valueCount(uint64_t directory, uint16_t tag) const;

  /// Reads bytes of the file as they are. Throws where it ends before them.
  void read(uint64_t offset, void *destination, size_t count) const;

  /// Forgets what libtiff has complained of.
  void clearError() { error.clear(); }
  bool hasError() const { return !error.empty(); }
  /// Throws what libtiff complained of first, as damage or as what it cannot do. `what` is said where it said nothing.
  [[noreturn]] void fail(const std::string &what) const;

private:
  void findDirectories();
  /// The entries of a directory as they are in the file.
  std::vector<unsigned char> entries(uint64_t directory) const;
  /// Throws where a value that says how samples are to be read lies beyond the end of the file: libtiff leaves it out.
  void checkValues(uint64_t directory) const;
  uint64_t number(const unsigned char *bytes, size_t count) const;

  bool isBigEndian = false;
  /// BigTIFF, whose counts and offsets have 64 bits.
  bool isBig = false;
  TIFF *handle = nullptr;
  int descriptor = -1;
  uint64_t byteCount = 0;
  std::vector<uint64_t> offsets;
  std::string error;
};

/// The name of a compression, such as "JPEG XL", or its number.
std::string compressionName(int compression);

}  // namespace vernier::tiff
