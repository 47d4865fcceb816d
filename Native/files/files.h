/// What the parts of the plug-in share.
#pragma once

#include "vernier_files.h"

#include <itkImageIOBase.h>

#include <cstdlib>
#include <memory>
#include <mutex>
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

/// Which format the content has; 0 where it is none that can be read.
int32_t recognise(const std::string &path);

/// The reader and writer of a format.
itk::ImageIOBase::Pointer makeIO(int32_t format);

/// Held while a file of a format is read or written: the NRRD library keeps what it works on in static memory, and takes one file at a time.
std::unique_lock<std::mutex> turn(int32_t format);

/// Throws `Failure` where the file shows by itself that it ends before its samples do, or its header has a fault that
/// ITK would repair in silence.
void checkBeforeReading(const std::string &path, int32_t format);

int32_t sampleType(itk::IOComponentEnum component);
itk::IOComponentEnum component(int32_t sampleType);

/// What is said where an index is given and there is nothing to choose from.
constexpr const char *oneVolume = "it holds one volume; name it without an index";

/// Fills `image` from the header that `io` has read, with trailing axes of size 1 dropped, or all but three where a volume is chosen by an
/// index that is not negative.
void describe(const itk::ImageIOBase &io, int32_t format, vernier_image &image, int64_t volume = -1);

/// The samples of the whole file behind `io`, whose header was read.
vernier_samples *decode(itk::ImageIOBase &io, const std::string &path, int32_t format);

vernier_samples *readFile(const std::string &path, int64_t volume, vernier_image &image);
vernier_samples *readSeries(const std::string &folder, vernier_image &image);
void writeFile(const std::string &path, const vernier_image &image, const float *const *channels, int quality);

/// Encodes 1 or 3 planes as JPEG in memory and replaces them by what decoding gives.
void compressAsJPEG(float *const *channels, int channelCount, int width, int height, int quality);

/// While it lives, what the libraries say by their own hooks on this thread goes nowhere. Other threads' messages go
/// where they went.
class Quiet {
public:
  Quiet();
  ~Quiet();
  Quiet(const Quiet &) = delete;
  Quiet &operator=(const Quiet &) = delete;

  /// The last error that libtiff reported on this thread since this object was made.
  static const std::string &tiffError();
};

/// From now on `std::cout` and `std::cerr` drop what is written on a thread while a `Quiet` lives there, and take
/// everything else as before.
void filterStandardStreams();

}  // namespace vernier

struct vernier_samples {
  vernier::Bytes bytes;
  itk::IOComponentEnum component;
  size_t channels;
  /// The number of samples in one channel.
  size_t count;
  /// Elements from one sample to the next of its channel, and from one channel to the next.
  size_t sampleStride;
  size_t channelStride;
  /// The number of the first sample that counts, in each channel.
  size_t first = 0;
};
