#include "payload.h"

#include "decoders.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace vernier {
namespace {

[[noreturn]] void failShort(uint64_t needed, uint64_t found) {
  throw Failure(VERNIER_TRUNCATED, "its header asks for " + std::to_string(needed) + " bytes of samples, and " +
                                     std::to_string(found) + " are there");
}

/// Of a file that is known to be long enough.
void loadRaw(const Payload &payload, std::FILE *file, uint64_t first, size_t count, uint64_t total, char *destination) {
  const uint64_t before = payload.isAtEnd ? static_cast<uint64_t>(sizeOf(file)) - total : payload.start + payload.skip;
  std::fseek(file, static_cast<long>(before + first), SEEK_SET);
  if (std::fread(destination, 1, count, file) != count) {
    throw Failure(VERNIER_FAILED, payload.path + ": " + std::strerror(errno));
  }
}

void loadInto(const Payload &payload, uint64_t first, size_t count, uint64_t total, char *destination) {
  const File file = openFile(payload.path);
  if (payload.encoding == Encoding::raw) return loadRaw(payload, file.get(), first, count, total, destination);
  if (std::fseek(file.get(), static_cast<long>(payload.start), SEEK_SET) != 0) failTruncated();
  const auto decoder = makeDecoder(payload, file.get());
  decoder->skip(payload.skip + first);
  decoder->read(destination, count);
  decoder->skip(total - first - count);
  decoder->finish();
}

/// Throws where the samples' header asks for more than the file can hold, before memory is asked for as much.
void checkSize(const Payload &payload, uint64_t total) {
  const uint64_t size = static_cast<uint64_t>(sizeOf(openFile(payload.path).get()));
  if (payload.encoding == Encoding::raw) {
    const uint64_t before = payload.isAtEnd ? 0 : payload.start + payload.skip;
    const uint64_t found = size - std::min(size, before);
    if (found < total) failShort(total, found);
  }
  if (total / mostExpansion(payload) > size) {
    throw Failure(VERNIER_TRUNCATED, "its header asks for " + std::to_string(total) + " bytes of samples, which no " +
                                       std::to_string(size) + " bytes of a file hold");
  }
}

}  // namespace

File openFile(const std::string &path) {
  File file(std::fopen(path.c_str(), "rb"));
  if (!file) throw Failure(VERNIER_FAILED, path + ": " + std::strerror(errno));
  return file;
}

File createFile(const std::string &path) {
  File file(std::fopen(path.c_str(), "wb"));
  if (!file) throw Failure(VERNIER_FAILED, std::strerror(errno));
  errno = 0;
  return file;
}

void closeWritten(File file) {
  const bool isWritten = std::ferror(file.get()) == 0;
  if (std::fclose(file.release()) != 0 || !isWritten) throw Failure(VERNIER_FAILED, std::strerror(errno ? errno : EIO));
}

int64_t sizeOf(std::FILE *file) {
  const long position = std::ftell(file);
  std::fseek(file, 0, SEEK_END);
  const long size = std::ftell(file);
  std::fseek(file, position, SEEK_SET);
  return size;
}

bool isPacked(const std::string &path) {
  unsigned char mark[2] = {};
  const size_t count = std::fread(mark, 1, sizeof mark, openFile(path).get());
  return count == sizeof mark && mark[0] == 0x1f && mark[1] == 0x8b;
}

std::string pathBeside(const std::string &header, const std::string &name) {
  const auto slash = header.rfind('/');
  return slash == std::string::npos || name[0] == '/' ? name : header.substr(0, slash + 1) + name;
}

Bytes load(const Payload &payload, uint64_t first, size_t count, uint64_t total) {
  checkSize(payload, total);
  Bytes bytes = allocate(count);
  loadInto(payload, first, count, total, bytes.get());
  return bytes;
}

Bytes load(const std::vector<Payload> &payloads, uint64_t first, size_t count, uint64_t total) {
  if (payloads.size() == 1) return load(payloads[0], first, count, total);
  const uint64_t each = total / payloads.size();
  for (const auto &payload : payloads) checkSize(payload, each);
  Bytes bytes = allocate(count);
  for (size_t index = 0; index < payloads.size(); ++index) {
    const uint64_t start = index * each;
    const uint64_t from = std::max(first, start), to = std::min(first + count, start + each);
    if (from >= to) continue;
    loadInto(payloads[index], from - start, static_cast<size_t>(to - from), each, bytes.get() + (from - first));
  }
  return bytes;
}

void swapBytes(char *bytes, size_t count, size_t elementSize) {
  const auto swapAll = [&](auto element, auto swap) {
    for (size_t index = 0; index < count; ++index) {
      char *place = bytes + index * sizeof element;
      std::memcpy(&element, place, sizeof element);
      element = swap(element);
      std::memcpy(place, &element, sizeof element);
    }
  };
  switch (elementSize) {
    case 2: return swapAll(uint16_t(), [](uint16_t value) { return __builtin_bswap16(value); });
    case 4: return swapAll(uint32_t(), [](uint32_t value) { return __builtin_bswap32(value); });
    case 8: return swapAll(uint64_t(), [](uint64_t value) { return __builtin_bswap64(value); });
    default: return;
  }
}

}  // namespace vernier
