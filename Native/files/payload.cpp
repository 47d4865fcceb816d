#include "payload.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace vernier {
namespace {

constexpr size_t chunkSize = 1 << 18;

[[noreturn]] void failDamaged() { throw Failure(VERNIER_TRUNCATED, "its compressed samples are damaged or cut short"); }

/// Unpacks zlib or gzip streams that follow one another.
class Inflater {
public:
  explicit Inflater(std::FILE *file) : file(file), input(chunkSize) {
    if (inflateInit2(&stream, 15 + 32) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater &) = delete;
  Inflater &operator=(const Inflater &) = delete;

  void read(char *destination, size_t count) {
    while (count > 0) {
      const size_t step = std::min(count, size_t(1) << 30);
      stream.next_out = reinterpret_cast<unsigned char *>(destination);
      stream.avail_out = static_cast<unsigned>(step);
      while (stream.avail_out > 0) advance();
      destination += step;
      count -= step;
    }
  }

  /// Reads up to the end of the current stream, whose checksum is compared there.
  void finish() {
    std::vector<unsigned char> rest(chunkSize);
    while (!hasEnded) {
      stream.next_out = rest.data();
      stream.avail_out = static_cast<unsigned>(rest.size());
      advance();
    }
  }

private:
  void advance() {
    if (hasEnded) {
      if (inflateReset(&stream) != Z_OK) failDamaged();
      hasEnded = false;
    }
    if (stream.avail_in == 0) {
      stream.next_in = input.data();
      stream.avail_in = static_cast<unsigned>(std::fread(input.data(), 1, input.size(), file));
      if (stream.avail_in == 0) failDamaged();
    }
    const int result = inflate(&stream, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      hasEnded = true;
    } else if (result != Z_OK) {
      failDamaged();
    }
  }

  std::FILE *file;
  std::vector<unsigned char> input;
  z_stream stream{};
  bool hasEnded = false;
};

}  // namespace

File openFile(const std::string &path) {
  File file(std::fopen(path.c_str(), "rb"));
  if (!file) throw Failure(VERNIER_FAILED, path + ": " + std::strerror(errno));
  return file;
}

int64_t sizeOf(std::FILE *file) {
  const long position = std::ftell(file);
  std::fseek(file, 0, SEEK_END);
  const long size = std::ftell(file);
  std::fseek(file, position, SEEK_SET);
  return size;
}

Bytes load(const Payload &payload) {
  const File file = openFile(payload.path);
  const int64_t size = sizeOf(file.get());
  const int64_t count = static_cast<int64_t>(payload.count);
  if (!payload.isCompressed && (count > size || (!payload.isAtEnd && payload.offset > size - count))) failTruncated();
  // Deflate packs at most about a thousand to one, so that a damaged header cannot ask for any amount of memory.
  if (payload.isCompressed && count / 1100 > size) failDamaged();

  Bytes bytes = allocate(payload.count);
  const int64_t start = payload.isAtEnd ? size - count : payload.offset;
  if (std::fseek(file.get(), start, SEEK_SET) != 0) failTruncated();
  if (!payload.isCompressed) {
    if (std::fread(bytes.get(), 1, payload.count, file.get()) != payload.count) failTruncated();
    return bytes;
  }
  Inflater inflater(file.get());
  std::vector<char> skipped(payload.skip);
  inflater.read(skipped.data(), skipped.size());
  inflater.read(bytes.get(), payload.count);
  inflater.finish();
  return bytes;
}

void swapBytes(char *bytes, size_t count, size_t elementSize) {
  if (elementSize < 2) return;
  for (size_t index = 0; index < count; ++index) {
    std::reverse(bytes + index * elementSize, bytes + (index + 1) * elementSize);
  }
}

}  // namespace vernier
