#include "output.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace vernier {
namespace {

[[noreturn]] void failWriting() { throw Failure(VERNIER_FAILED, std::strerror(errno)); }

constexpr size_t chunkSize = 1 << 18;

}  // namespace

Output::Output(const std::string &path) : file(createFile(path)), packed(chunkSize) {}

Output::~Output() {
  if (isPacking) deflateEnd(&stream);
}

void Output::put(const char *bytes, size_t count) {
  if (std::fwrite(bytes, 1, count, file.get()) != count) failWriting();
}

void Output::write(const char *bytes, size_t count) {
  if (!isPacking) return put(bytes, count);
  while (count > 0) {
    const size_t step = std::min(count, size_t(1) << 30);
    stream.next_in = reinterpret_cast<unsigned char *>(const_cast<char *>(bytes));
    stream.avail_in = static_cast<unsigned>(step);
    while (stream.avail_in > 0) deflate(Z_NO_FLUSH);
    bytes += step;
    count -= step;
  }
}

void Output::startPacking(Packing packing) {
  constexpr int windowBits = 15, gzip = 16, memoryLevel = 8;
  stream = {};
  const int bits = packing == Packing::gzip ? windowBits + gzip : windowBits;
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, bits, memoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::bad_alloc();
  }
  isPacking = true;
  packedCount = 0;
}

void Output::deflate(int flush) {
  stream.next_out = reinterpret_cast<unsigned char *>(packed.data());
  stream.avail_out = static_cast<unsigned>(packed.size());
  ::deflate(&stream, flush);
  const size_t count = packed.size() - stream.avail_out;
  put(packed.data(), count);
  packedCount += count;
}

uint64_t Output::endPacking() {
  stream.avail_in = 0;
  do {
    deflate(Z_FINISH);
  } while (stream.avail_out == 0);
  deflateEnd(&stream);
  isPacking = false;
  return packedCount;
}

uint64_t Output::position() const { return static_cast<uint64_t>(std::ftell(file.get())); }

void Output::overwrite(uint64_t place, const std::string &text) {
  const auto here = std::ftell(file.get());
  if (std::fseek(file.get(), static_cast<long>(place), SEEK_SET) != 0) failWriting();
  put(text.data(), text.size());
  if (std::fseek(file.get(), here, SEEK_SET) != 0) failWriting();
}

void writeSamples(Output &output, const vernier_image &image, const float *const *channels, bool isInterleaved) {
  const size_t count = static_cast<size_t>(image.size[0] * image.size[1] * (image.rank > 2 ? image.size[2] : 1));
  const size_t channelCount = static_cast<size_t>(image.channels), size = sampleSize(image.sample_type);
  const size_t together = isInterleaved ? channelCount : 1;
  const size_t step = std::max<size_t>(chunkSize / (together * size), 1);
  std::vector<char> bytes(std::min(step, count) * together * size);
  for (size_t channel = 0; channel < channelCount; channel += together) {
    for (size_t first = 0; first < count; first += step) {
      const size_t length = std::min(step, count - first);
      std::vector<const float *> places;
      for (size_t index = channel; index < channel + together; ++index) places.push_back(channels[index] + first);
      interleave(image.sample_type, places.data(), together, length, bytes.data());
      output.write(bytes.data(), length * together * size);
    }
  }
}

std::string shortest(double number) {
  char text[32];
  for (int digits = 15; digits <= 17; ++digits) {
    std::snprintf(text, sizeof text, "%.*g", digits, number);
    if (std::strtod(text, nullptr) == number) break;
  }
  return text;
}

Steps::Steps(const vernier_image &image) {
  double direction[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  const int rank = image.rank;
  for (int row = 0; row < rank; ++row) {
    for (int axis = 0; axis < rank; ++axis) direction[3 * row + axis] = image.direction[row * rank + axis];
  }
  for (int row = 0; row < 3; ++row) {
    origin[row] = row < rank ? image.origin[row] : 0;
    for (int axis = 0; axis < 3; ++axis) {
      matrix[3 * row + axis] = direction[3 * row + axis] * (axis < rank ? image.spacing[axis] : 1);
    }
  }
}

}  // namespace vernier
