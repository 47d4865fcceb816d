/// Sample bytes read straight from a file, so that a file that ends too early is noticed: ITK's readers of NIfTI and
/// MetaImage leave what is missing at zero and say nothing.
#pragma once

#include "files.h"

namespace vernier {

struct Payload {
  std::string path;
  /// Where in the file to start; counted from its end where `isAtEnd`.
  int64_t offset = 0;
  /// The samples are the last bytes of the file, whatever comes before them.
  bool isAtEnd = false;
  /// zlib or gzip.
  bool isCompressed = false;
  /// Unpacked bytes before the samples.
  size_t skip = 0;
  size_t count = 0;
};

/// Throws `Failure` with `VERNIER_TRUNCATED` where there are fewer bytes, or a checksum does not agree.
Bytes load(const Payload &payload);

/// Reverses the bytes of each of `count` elements.
void swapBytes(char *bytes, size_t count, size_t elementSize);

std::unique_ptr<vernier_samples> decodeNIfTI(const itk::ImageIOBase &io, const std::string &path);
std::unique_ptr<vernier_samples> decodeMeta(const itk::ImageIOBase &io, const std::string &path);

/// Throws where the header has a spacing of zero, which the NIfTI library would replace by one, or the file is not
/// named as that library needs it.
void checkNIfTI(const std::string &path);

/// Throws where the header lacks a field that MetaIO needs, or has one before it can be understood: MetaIO would print
/// what it misses.
void checkMeta(const std::string &path);

/// Throws where an element, the pixel data above all, lies beyond the end of the file or is not well formed.
void checkDICOM(const std::string &path);

[[noreturn]] inline void failTruncated() {
  throw Failure(VERNIER_TRUNCATED, "the file ends before its samples do");
}

struct CloseFile {
  void operator()(std::FILE *file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

/// Opens a file for reading; throws where it cannot be.
File openFile(const std::string &path);

int64_t sizeOf(std::FILE *file);

}  // namespace vernier
