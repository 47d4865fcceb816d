/// Files that are written from the front.
#pragma once

#include "../payload.h"

#include <zlib.h>

namespace vernier {

/// Throws `Failure` with the system's reason where the disk takes no more.
class Output {
public:
  enum class Packing { gzip, zlib };

  explicit Output(const std::string &path);
  ~Output();
  Output(const Output &) = delete;
  Output &operator=(const Output &) = delete;

  void write(const char *bytes, size_t count);
  void write(const std::string &text) { write(text.data(), text.size()); }

  /// Compresses what is written from now on.
  void startPacking(Packing packing);
  /// Writes what the compressor still holds. Returns how many bytes it made.
  uint64_t endPacking();

  /// The place of the next byte.
  uint64_t position() const;
  /// Puts a text over what stands at a place.
  void overwrite(uint64_t place, const std::string &text);
  /// Throws where the last of it does not reach the disk.
  void close() { closeWritten(std::move(file)); }

private:
  void deflate(int flush);
  void put(const char *bytes, size_t count);

  File file;
  bool isPacking = false;
  z_stream stream{};
  std::vector<char> packed;
  uint64_t packedCount = 0;
};

/// The image's samples, channels beside one another or one after another.
void writeSamples(Output &output, const vernier_image &image, const float *const *channels, bool isInterleaved);

/// The shortest text that reads back as the number.
std::string shortest(double number);

/// The image's steps from sample to sample in three dimensions: 3 × 3 elements, row by row, a column an axis; a
/// picture's third axis stands upon it.
struct Steps {
  explicit Steps(const vernier_image &image);

  double matrix[9];
  double origin[3];
};

void writeNIfTI(
  const std::string &path, const vernier_image &image, const float *const *channels, const Source &source);
std::unique_ptr<vernier_writer> beginNIfTI(
  const std::string &path, const vernier_image &image, const FrameCount &frames, const Source &source);
void writeNRRD(const std::string &path, const vernier_image &image, const float *const *channels, const Source &source);
void writeMeta(const std::string &path, const vernier_image &image, const float *const *channels);

}  // namespace vernier
