#include "vision.h"

#include <dlib/revision.h>
#include <opencv2/core/ocl.hpp>
#include <opencv2/core/utils/logger.hpp>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>
#include <new>
#include <string>

namespace {

/// One line of at most `capacity` − 1 bytes.
void report(std::string text, char *message, size_t capacity) {
  if (capacity == 0) return;
  std::replace_if(text.begin(), text.end(), [](unsigned char c) { return c < 32; }, ' ');
  const size_t count = std::min(text.size(), capacity - 1);
  std::memcpy(message, text.data(), count);
  message[count] = 0;
}

/// Whether OpenCV is Vernier's alone in this process.
std::atomic<bool> isConfigured{false};

/// On a GPU the bits would be others. OpenCV keeps for each thread whether it uses one; asking loads OpenCL.
class WithoutOpenCL {
 public:
  WithoutOpenCL() : before(!isConfigured && cv::ocl::useOpenCL()) { cv::ocl::setUseOpenCL(false); }
  ~WithoutOpenCL() {
    if (before) cv::ocl::setUseOpenCL(true);
  }
  WithoutOpenCL(const WithoutOpenCL &) = delete;
  WithoutOpenCL &operator=(const WithoutOpenCL &) = delete;

 private:
  const bool before;
};

/// Runs `body`; whatever it throws becomes a status and a line of text.
template <typename Body>
int32_t guarded(char *message, size_t capacity, Body body) noexcept {
  try {
    try {
      const WithoutOpenCL guard;
      body();
      return VERNIER_VISION_OK;
    } catch (const std::bad_alloc &) {
      report("not enough memory", message, capacity);
    } catch (const cv::Exception &error) {
      report(error.code == cv::Error::StsNoMem ? "not enough memory" : error.err, message, capacity);
    } catch (const std::exception &error) {
      report(error.what(), message, capacity);
    }
  } catch (...) {
    if (capacity > 0) message[0] = 0;
  }
  return VERNIER_VISION_FAILED;
}

int32_t detect(int32_t method, const uint8_t *samples, const uint8_t *mask, int32_t width, int32_t height, int32_t limit,
               vernier_keypoints **keypoints, char *message, size_t capacity) {
  *keypoints = nullptr;
  return guarded(message, capacity, [&] {
    cv::Mat image(height, width, CV_8U, const_cast<uint8_t *>(samples));
    const cv::Mat inside = mask ? cv::Mat(height, width, CV_8U, const_cast<uint8_t *>(mask)) : cv::Mat();
    if (mask) image = vernier::filled(image, inside);
    auto found = std::make_unique<vernier_keypoints>(
      method == VERNIER_KEYPOINTS_SURF ? vernier::detectSurf(image) : vernier::detectByOpenCV(method, image));
    if (mask) vernier::keepClearOf(inside, *found);
    vernier::keepStrongest(limit, *found);
    *keypoints = found.release();
  });
}

int32_t count(const vernier_keypoints *keypoints) { return static_cast<int32_t>(keypoints->points.size()); }

void copyPositions(const vernier_keypoints *keypoints, double *positions) {
  for (const auto &point : keypoints->points) {
    *positions++ = point.pt.x;
    *positions++ = point.pt.y;
  }
}

int32_t match(const vernier_keypoints *query, const vernier_keypoints *train, double ratio, vernier_match *matches,
              int32_t *count, char *message, size_t capacity) {
  *count = 0;
  return guarded(message, capacity, [&] {
    const auto found = vernier::match(*query, *train, ratio);
    std::copy(found.begin(), found.end(), matches);
    *count = static_cast<int32_t>(found.size());
  });
}

void release(vernier_keypoints *keypoints) { delete keypoints; }

int32_t denoise(const vernier_denoising *denoising, float *samples, const uint8_t *mask, int32_t width, int32_t height,
                char *message, size_t capacity) {
  return guarded(message, capacity, [&] {
    cv::Mat image(height, width, CV_32F, samples);
    const cv::Mat inside = mask ? cv::Mat(height, width, CV_8U, const_cast<uint8_t *>(mask)) : cv::Mat();
    vernier::denoise(*denoising, image, inside);
  });
}

int ignore(int, const char *, const char *, const char *, int, void *) { return 0; }

/// OpenCV's threads are set once, because changing their number while another thread runs OpenCV is a race; callers
/// detect several images at once instead. Errors are thrown and reported, not printed too.
void configureProcess() {
  isConfigured = true;
  cv::setNumThreads(1);
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  cv::redirectError(ignore);
}

}  // namespace

extern "C" __attribute__((visibility("default"))) const vernier_vision_table *vernier_vision(void) {
  static const std::string library = "OpenCV " CV_VERSION ", dlib " + std::to_string(DLIB_MAJOR_VERSION) + "."
                                     + std::to_string(DLIB_MINOR_VERSION) + "." + std::to_string(DLIB_PATCH_VERSION);
  static const vernier_vision_table table = {
    VERNIER_VISION_ABI, library.c_str(), detect, count, copyPositions, match, release, denoise, configureProcess};
  return &table;
}
