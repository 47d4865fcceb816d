#include "files.h"

#include <sys/stat.h>
#include <tiffio.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <new>
#include <type_traits>

namespace {

/// One line, without a full stop.
std::string tidied(std::string text) {
  const auto last = text.find_last_not_of(" .\n\r");
  text.erase(last == std::string::npos ? 0 : last + 1);
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 32; }, ' ');
  return text;
}

void report(const std::string &text, char *message, size_t capacity) {
  if (capacity == 0) return;
  const size_t count = std::min(text.size(), capacity - 1);
  std::memcpy(message, text.data(), count);
  message[count] = 0;
}

/// Runs `body`; whatever it throws becomes a status and a line of text.
template <typename Body>
int32_t guarded(char *message, size_t capacity, Body body) noexcept {
  try {
    body();
    return VERNIER_OK;
  } catch (const vernier::Failure &failure) {
    report(tidied(failure.what()), message, capacity);
    return failure.status;
  } catch (const std::bad_alloc &) {
    report("not enough memory", message, capacity);
  } catch (const std::exception &error) {
    report(tidied(error.what()), message, capacity);
  } catch (...) {
    report("unknown failure", message, capacity);
  }
  return VERNIER_FAILED;
}

int32_t read(const char *path, const vernier_part *part, vernier_image *image, vernier_samples **samples,
             vernier_header **header, char *message, size_t capacity) {
  *samples = nullptr;
  *header = nullptr;
  *image = {};
  report("", message, capacity);
  return guarded(message, capacity, [&] {
    struct stat status;
    const bool isFolder = stat(path, &status) == 0 && S_ISDIR(status.st_mode);
    vernier::Answer answer = isFolder ? vernier::readSeries(path, *part) : vernier::readFile(path, *part);
    report(answer.remarks, message, capacity);
    *image = answer.image;
    *samples = answer.samples.release();
    *header = answer.header.release();
  });
}

template <typename Sample>
int32_t copy(const vernier_samples &samples, size_t channel, float *destination) {
  const size_t step = samples.sampleStride;
  const Sample *source =
    reinterpret_cast<const Sample *>(samples.bytes.get()) + channel * samples.channelStride + samples.first * step;
  bool isBroken = false, isRounded = false;
  for (size_t index = 0; index < samples.count; ++index) {
    const Sample sample = source[index * step];
    const float value = static_cast<float>(sample);
    destination[index] = value;
    if constexpr (std::is_floating_point<Sample>()) {
      isBroken |= !(std::abs(value) <= std::numeric_limits<float>::max());
    } else if constexpr (sizeof(Sample) >= 4) {
      constexpr Sample exact = Sample(1) << 24;
      isRounded |= sample > exact || (std::is_signed<Sample>() && sample + exact < 0);
    }
  }
  return (isBroken ? VERNIER_NOT_FINITE : 0) | (isRounded ? VERNIER_ROUNDED : 0);
}

int32_t copyChannel(const vernier_samples *samples, int32_t channel, float *destination) {
  const size_t index = static_cast<size_t>(channel);
  switch (samples->type) {
    case VERNIER_SAMPLE_UINT8: return copy<uint8_t>(*samples, index, destination);
    case VERNIER_SAMPLE_INT8: return copy<int8_t>(*samples, index, destination);
    case VERNIER_SAMPLE_UINT16: return copy<uint16_t>(*samples, index, destination);
    case VERNIER_SAMPLE_INT16: return copy<int16_t>(*samples, index, destination);
    case VERNIER_SAMPLE_UINT32: return copy<uint32_t>(*samples, index, destination);
    case VERNIER_SAMPLE_INT32: return copy<int32_t>(*samples, index, destination);
    case VERNIER_SAMPLE_UINT64: return copy<uint64_t>(*samples, index, destination);
    case VERNIER_SAMPLE_INT64: return copy<int64_t>(*samples, index, destination);
    case VERNIER_SAMPLE_FLOAT32: return copy<float>(*samples, index, destination);
    default: return copy<double>(*samples, index, destination);
  }
}

void release(vernier_samples *samples) { delete samples; }

void releaseHeader(vernier_header *header) { delete header; }

int32_t write(const char *path, const vernier_image *image, const float *const *channels, int32_t quality,
              const vernier_header *geometry, const vernier_header *content, char *message, size_t capacity) {
  return guarded(message, capacity, [&] { vernier::writeFile(path, *image, channels, quality, {geometry, content}); });
}

int32_t openSeries(const char *path, vernier_series **series, int64_t *frames, int32_t *kind, vernier_header **header,
                   char *message, size_t capacity) {
  *series = nullptr;
  *header = nullptr;
  report("", message, capacity);
  return guarded(message, capacity, [&] {
    auto opened = vernier::openSeries(path);
    *frames = opened->frames;
    *kind = opened->kind;
    *header = opened->header.release();
    *series = opened.release();
  });
}

int32_t readFrame(vernier_series *series, int64_t frame, const vernier_part *part, vernier_image *image,
                  vernier_samples **samples, char *message, size_t capacity) {
  *samples = nullptr;
  *image = {};
  report("", message, capacity);
  return guarded(message, capacity, [&] {
    vernier::Answer answer = series->read(frame, *part);
    report(answer.remarks, message, capacity);
    *image = answer.image;
    *samples = answer.samples.release();
  });
}

void closeSeries(vernier_series *series) { delete series; }

int32_t beginSeries(const char *path, const vernier_image *image, int64_t frames, int32_t kind,
                    const vernier_header *geometry, const vernier_header *content, vernier_writer **writer,
                    char *message, size_t capacity) {
  *writer = nullptr;
  return guarded(message, capacity, [&] {
    *writer = vernier::beginSeries(path, *image, {frames, kind}, {geometry, content}).release();
  });
}

int32_t appendFrame(vernier_writer *writer, const float *const *channels, char *message, size_t capacity) {
  return guarded(message, capacity, [&] { writer->append(channels); });
}

int32_t finishSeries(vernier_writer *writer, char *message, size_t capacity) {
  const std::unique_ptr<vernier_writer> owned(writer);
  return guarded(message, capacity, [&] { owned->finish(); });
}

void abandonSeries(vernier_writer *writer) { delete writer; }

int32_t compressJPEG(float *const *channels, int32_t count, int32_t width, int32_t height, int32_t quality,
                     char *message, size_t capacity) {
  return guarded(message, capacity, [&] { vernier::compressAsJPEG(channels, count, width, height, quality); });
}

/// The name and version of libtiff, out of lines such as "LIBTIFF, Version 4.5.0".
const char *library() {
  static const std::string name = [] {
    const std::string text = TIFFGetVersion(), mark = "Version ";
    const auto start = text.find(mark);
    return "libtiff " + (start == text.npos ? "" : text.substr(start + mark.size(), text.find('\n') - start - mark.size()));
  }();
  return name.c_str();
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const vernier_files_table *vernier_files(void) {
  static const vernier_files_table table = {
    VERNIER_FILES_ABI, library(), read, copyChannel, release, releaseHeader,
    write, openSeries, readFrame, closeSeries, beginSeries, appendFrame, finishSeries, abandonSeries, compressJPEG};
  return &table;
}
