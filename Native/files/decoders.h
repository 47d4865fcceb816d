/// Streams of samples that are compressed or written as text.
#pragma once

#include "payload.h"

namespace vernier {

/// Gives decoded bytes one after another. Throws `Failure` where there are no more, or they cannot be read.
class Decoder {
public:
  virtual ~Decoder() = default;
  virtual void read(char *destination, size_t count) = 0;
  /// Reads to the end of what is compressed together, where its checksum is compared.
  virtual void finish() {}
  void skip(uint64_t count);
};

/// A decoder of what follows in the file, which must live longer.
std::unique_ptr<Decoder> makeDecoder(const Payload &payload, std::FILE *file);

/// How many decoded bytes an encoded one can stand for at most.
uint64_t mostExpansion(const Payload &payload);

}  // namespace vernier
