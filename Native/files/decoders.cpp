#include "decoders.h"

#include <bzlib.h>
#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstring>
#include <limits>

namespace vernier {
namespace {

constexpr size_t chunkSize = 1 << 18;

[[noreturn]] void failDamaged() {
  throw Failure(VERNIER_DAMAGED, "its compressed samples do not agree with their own check");
}

[[noreturn]] void failEarly() { throw Failure(VERNIER_TRUNCATED, "its compressed samples end early"); }

/// A part of a file after another.
class Input {
public:
  explicit Input(std::FILE *file) : file(file), bytes(chunkSize) {}

  /// The number of bytes that were read; 0 at the file's end.
  size_t refill() { return std::fread(bytes.data(), 1, bytes.size(), file); }
  char *data() { return bytes.data(); }

private:
  std::FILE *file;
  std::vector<char> bytes;
};

/// What zlib and libbz2 have in common: streams that may follow one another, and a call that makes some way.
template <typename Codec>
class Unpacker : public Decoder {
public:
  explicit Unpacker(std::FILE *file) : input(file) {}

  void read(char *destination, size_t count) override {
    while (count > 0) {
      const size_t step = std::min(count, size_t(1) << 30);
      codec.setOutput(destination, static_cast<unsigned>(step));
      while (codec.room() > 0) advance();
      destination += step;
      count -= step;
    }
  }

  void finish() override {
    std::vector<char> rest(chunkSize);
    while (!hasEnded) {
      codec.setOutput(rest.data(), static_cast<unsigned>(rest.size()));
      advance();
    }
  }

private:
  void advance() {
    if (codec.available() == 0) {
      const size_t count = input.refill();
      if (count == 0) failEarly();
      codec.setInput(input.data(), static_cast<unsigned>(count));
    }
    if (hasEnded) codec.restart();
    hasEnded = codec.advance();
  }

  Input input;
  Codec codec;
  bool hasEnded = false;
};

class Deflate {
public:
  Deflate() {
    if (inflateInit2(&stream, 15 + 32) != Z_OK) throw std::bad_alloc();
  }
  ~Deflate() { inflateEnd(&stream); }
  Deflate(const Deflate &) = delete;
  Deflate &operator=(const Deflate &) = delete;

  void setInput(char *bytes, unsigned count) {
    stream.next_in = reinterpret_cast<unsigned char *>(bytes);
    stream.avail_in = count;
  }
  void setOutput(char *bytes, unsigned count) {
    stream.next_out = reinterpret_cast<unsigned char *>(bytes);
    stream.avail_out = count;
  }
  unsigned available() const { return stream.avail_in; }
  unsigned room() const { return stream.avail_out; }
  void restart() {
    if (inflateReset(&stream) != Z_OK) failDamaged();
  }
  bool advance() {
    const int result = inflate(&stream, Z_NO_FLUSH);
    if (result != Z_OK && result != Z_STREAM_END && result != Z_BUF_ERROR) failDamaged();
    return result == Z_STREAM_END;
  }

private:
  z_stream stream{};
};

class Bzip2 {
public:
  Bzip2() { start(); }
  ~Bzip2() { BZ2_bzDecompressEnd(&stream); }
  Bzip2(const Bzip2 &) = delete;
  Bzip2 &operator=(const Bzip2 &) = delete;

  void setInput(char *bytes, unsigned count) {
    stream.next_in = bytes;
    stream.avail_in = count;
  }
  void setOutput(char *bytes, unsigned count) {
    stream.next_out = bytes;
    stream.avail_out = count;
  }
  unsigned available() const { return stream.avail_in; }
  unsigned room() const { return stream.avail_out; }
  void restart() {
    const bz_stream before = stream;
    BZ2_bzDecompressEnd(&stream);
    start();
    setInput(before.next_in, before.avail_in);
    setOutput(before.next_out, before.avail_out);
  }
  bool advance() {
    const int result = BZ2_bzDecompress(&stream);
    if (result != BZ_OK && result != BZ_STREAM_END) failDamaged();
    return result == BZ_STREAM_END;
  }

private:
  void start() {
    stream = {};
    if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK) throw std::bad_alloc();
  }

  bz_stream stream{};
};

/// Two hexadecimal digits a byte; whatever else stands between is passed over.
class Hex : public Decoder {
public:
  explicit Hex(std::FILE *file) : file(file) {}

  void read(char *destination, size_t count) override {
    for (size_t index = 0; index < count; ++index) destination[index] = static_cast<char>(digit() << 4 | digit());
  }

private:
  int digit() {
    while (true) {
      const int character = getc_unlocked(file);
      if (character == EOF) failTruncated();
      if (character >= '0' && character <= '9') return character - '0';
      const int letter = character | 0x20;
      if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    }
  }

  std::FILE *file;
};

/// Numbers as text.
class Text : public Decoder {
public:
  Text(std::FILE *file, int32_t type) : file(file), type(type) {}

  void read(char *destination, size_t count) override {
    while (count > 0) {
      if (rest.empty()) next();
      const size_t step = std::min(count, rest.size());
      std::memcpy(destination, rest.data(), step);
      rest.erase(0, step);
      destination += step;
      count -= step;
    }
  }

private:
  /// The bytes of the next number.
  void next() {
    const std::string word = this->word();
    switch (type) {
      case VERNIER_SAMPLE_UINT8: return take<uint8_t>(word);
      case VERNIER_SAMPLE_INT8: return take<int8_t>(word);
      case VERNIER_SAMPLE_UINT16: return take<uint16_t>(word);
      case VERNIER_SAMPLE_INT16: return take<int16_t>(word);
      case VERNIER_SAMPLE_UINT32: return take<uint32_t>(word);
      case VERNIER_SAMPLE_INT32: return take<int32_t>(word);
      case VERNIER_SAMPLE_UINT64: return take<uint64_t>(word);
      case VERNIER_SAMPLE_INT64: return take<int64_t>(word);
      case VERNIER_SAMPLE_FLOAT32: return take<float>(word);
      default: return take<double>(word);
    }
  }

  std::string word() {
    const auto isBetween = [](int character) { return std::isspace(character) || character == ','; };
    int character = getc_unlocked(file);
    while (character != EOF && isBetween(character)) character = getc_unlocked(file);
    if (character == EOF) {
      throw Failure(VERNIER_TRUNCATED, "its text ends after " + std::to_string(count) + " numbers");
    }
    std::string result;
    for (; character != EOF && !isBetween(character); character = getc_unlocked(file)) {
      if (result.size() == 64) fail(result);
      result.push_back(static_cast<char>(character));
    }
    ++count;
    return result;
  }

  [[noreturn]] static void fail(const std::string &word) {
    throw Failure(VERNIER_UNSUPPORTED, "its samples are text, and “" + word.substr(0, 24) +
                                         "” is no number of their type; correct it");
  }

  template <typename Number>
  void take(const std::string &word) {
    char *end = nullptr;
    Number number = 0;
    errno = 0;
    if constexpr (std::is_floating_point<Number>::value) {
      number = static_cast<Number>(std::strtod(word.c_str(), &end));
    } else {
      constexpr bool isSigned = std::is_signed<Number>::value;
      using Widest = std::conditional_t<isSigned, long long, unsigned long long>;
      Widest widest;
      if constexpr (isSigned) {
        widest = std::strtoll(word.c_str(), &end, 10);
      } else {
        if (word[0] == '-') fail(word);
        widest = std::strtoull(word.c_str(), &end, 10);
      }
      number = static_cast<Number>(widest);
      if (errno != 0 || static_cast<Widest>(number) != widest) fail(word);
    }
    if (end != word.c_str() + word.size()) fail(word);
    rest.assign(reinterpret_cast<const char *>(&number), sizeof number);
  }

  std::FILE *file;
  int32_t type;
  std::string rest;
  uint64_t count = 0;
};

}  // namespace

void Decoder::skip(uint64_t count) {
  std::vector<char> ignored(static_cast<size_t>(std::min<uint64_t>(count, chunkSize)));
  while (count > 0) {
    const size_t step = static_cast<size_t>(std::min<uint64_t>(count, ignored.size()));
    read(ignored.data(), step);
    count -= step;
  }
}

std::unique_ptr<Decoder> makeDecoder(const Payload &payload, std::FILE *file) {
  switch (payload.encoding) {
    case Encoding::deflate: return std::make_unique<Unpacker<Deflate>>(file);
    case Encoding::bzip2: return std::make_unique<Unpacker<Bzip2>>(file);
    case Encoding::hex: return std::make_unique<Hex>(file);
    default: return std::make_unique<Text>(file, payload.type);
  }
}

uint64_t mostExpansion(const Payload &payload) {
  switch (payload.encoding) {
    case Encoding::raw: return 1;
    // A number takes a digit and a space at least.
    case Encoding::text: return std::max<uint64_t>(sampleSize(payload.type) / 2, 1);
    case Encoding::hex: return 1;
    case Encoding::deflate: return 1100;
    // 45 bytes of a block of 900,000 equal ones, and more where blocks are alike.
    case Encoding::bzip2: return 50000;
  }
  return 1;
}

}  // namespace vernier
