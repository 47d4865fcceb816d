/// Files, and the samples in them as bytes.
#pragma once

#include "files.h"

#include <cstdio>

namespace vernier {

/// How the samples stand in a file.
enum class Encoding {
  raw,
  /// zlib or gzip.
  deflate,
  bzip2,
  /// Numbers with spaces or commas between.
  text,
  /// Two digits a byte.
  hex
};

/// Where samples are.
struct Payload {
  std::string path;
  Encoding encoding = Encoding::raw;
  /// Bytes of the file before the encoded ones.
  uint64_t start = 0;
  /// Decoded bytes before the samples.
  uint64_t skip = 0;
  /// The samples are the last bytes of the file, whatever comes before them; raw ones alone.
  bool isAtEnd = false;
  /// Of the numbers; text needs it.
  int32_t type = VERNIER_SAMPLE_UINT8;
};

/// Loads `count` bytes from the one with the index `first` on, out of `total` that must be there. Throws `Failure`
/// where there are fewer, or a checksum does not agree.
Bytes load(const Payload &payload, uint64_t first, size_t count, uint64_t total);

/// The same for samples in several files of equal length.
Bytes load(const std::vector<Payload> &payloads, uint64_t first, size_t count, uint64_t total);

/// Whether the file is compressed as a whole by gzip.
bool isPacked(const std::string &path);

/// Reverses the bytes of each of `count` elements.
void swapBytes(char *bytes, size_t count, size_t elementSize);

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

/// A new file, to be written; throws where it cannot be made. Clears `errno`, so that a handler can tell whether the
/// system has failed since.
File createFile(const std::string &path);

/// Closes a file that was written; throws where the last of it does not reach the disk.
void closeWritten(File file);

/// The name of a file that a header names, which is one beside the header unless it begins with a slash.
std::string pathBeside(const std::string &header, const std::string &name);

}  // namespace vernier
