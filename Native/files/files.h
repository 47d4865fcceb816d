/// What the parts of the plug-in share.
#pragma once

#include "vernier_files.h"

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace vernier {

/// A failure with the status that the caller is told.
class Failure : public std::runtime_error {
public:
  Failure(int32_t status, const std::string &message) : std::runtime_error(message), status(status) {}
  const int32_t status;
};

struct FreeBytes {
  void operator()(void *bytes) const { std::free(bytes); }
};
using Bytes = std::unique_ptr<char, FreeBytes>;

/// Memory that is not touched until it is filled. Throws `std::bad_alloc`.
Bytes allocate(size_t count);

/// Whether the text ends so, letters of either case.
bool hasEnding(const std::string &text, const std::string &ending);

/// Throws `Failure` where a plain file has no byte; what is told begins with the prefix.
void checkNotEmpty(const std::string &path, const std::string &prefix = "");

/// Which format the content has; 0 where it is none that can be read.
int32_t recognise(const std::string &path);

/// The name of the format of a file that is none of these, such as "HEIF"; empty where it is not known either.
std::string strangerName(const std::string &path);

/// The number of bytes of a sample.
size_t sampleSize(int32_t sampleType);

/// What a reader answers.
struct Answer {
  vernier_image image = {};
  std::unique_ptr<vernier_samples> samples;
  /// May be null.
  std::unique_ptr<vernier_header> header;
  /// What a person should know of how the file was read, a line each.
  std::string remarks;
};

/// A description of an image before anything is known of it: one channel, frame and level, and nothing chosen by a rule.
vernier_image blankImage(int32_t format);

/// No part chosen.
constexpr vernier_part wholeFile = {-1, -1, -1, -1, -1};

/// The one that is meant of `count`, `chosen` or else the first. Throws where there are not so many; `what` is their
/// plural, and `key` what stands before the number in brackets, such as "c=".
int64_t choose(int64_t chosen, int64_t count, const std::string &what, const std::string &key);

/// Keeps the channel and the slice that the part names, of samples that were read whole, and sets `file_channels` and
/// `channel_by_rule`. For readers that have read all of a frame.
void narrow(Answer &answer, const vernier_part &part);

Answer readNIfTI(const std::string &path, const vernier_part &part);
Answer readNRRD(const std::string &path, const vernier_part &part);
Answer readMeta(const std::string &path, const vernier_part &part);
Answer readDICOM(const std::string &path, const vernier_part &part);
Answer readFile(const std::string &path, const vernier_part &part);
Answer readSeries(const std::string &folder, const vernier_part &part);

/// A file whose frames are read one by one.
std::unique_ptr<vernier_series> openSeries(const std::string &path);
std::unique_ptr<vernier_series> openNIfTISeries(const std::string &path);
std::unique_ptr<vernier_series> openTIFFSeries(const std::string &path);

/// What a file is written with besides its samples; either header may be null.
struct Source {
  const vernier_header *geometry;
  const vernier_header *content;
};
/// Interleaves planes of floats; integers are rounded and clamped, NaN becomes 0.
void interleave(int32_t type, const float *const *channels, size_t channelCount, size_t count, char *bytes);
void writeFile(
  const std::string &path, const vernier_image &image, const float *const *channels, int quality, const Source &source);

/// Throws where the disk has no room for so many bytes in a new file.
void checkRoom(const std::string &path, size_t byteCount);

/// How many frames are written one by one, and what they are.
struct FrameCount {
  int64_t count;
  /// One of `VERNIER_SERIES_…`.
  int32_t kind;
};
std::unique_ptr<vernier_writer> beginSeries(
  const std::string &path, const vernier_image &image, const FrameCount &frames, const Source &source);

/// Encodes 1 or 3 planes as JPEG in memory and replaces them by what decoding gives.
void compressAsJPEG(float *const *channels, int channelCount, int width, int height, int quality);

}  // namespace vernier

struct vernier_samples {
  vernier::Bytes bytes;
  /// One of `VERNIER_SAMPLE_…`.
  int32_t type;
  size_t channels;
  /// The number of samples in one channel.
  size_t count;
  /// Elements from one sample to the next of its channel, and from one channel to the next.
  size_t sampleStride;
  size_t channelStride;
  /// The number of the first sample that counts, in each channel.
  size_t first = 0;
};

/// What a reader keeps of a file for the writers. Each format derives its own; a writer asks by `dynamic_cast` for what
/// it understands.
struct vernier_header {
  virtual ~vernier_header() = default;
};

/// A file that is open to be read frame by frame.
struct vernier_series {
  int64_t frames = 1;
  int32_t kind = VERNIER_SERIES_TIME;
  /// May be null; for the caller to take.
  std::unique_ptr<vernier_header> header;

  virtual ~vernier_series() = default;
  /// The header of the answer may be null.
  virtual vernier::Answer read(int64_t frame, const vernier_part &part) = 0;
};

/// A file that is being written frame by frame.
struct vernier_writer {
  virtual ~vernier_writer() = default;
  virtual void append(const float *const *channels) = 0;
  virtual void finish() = 0;
};
