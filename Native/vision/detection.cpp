#include "vision.h"

#include <opencv2/features2d.hpp>

#include <algorithm>
#include <stdexcept>

namespace {

/// Where the smallest side is shorter, pyramids of the detectors come to levels without a sample.
constexpr int leastSide = 8;

cv::Ptr<cv::Feature2D> detector(int32_t method) {
  switch (method) {
    case VERNIER_KEYPOINTS_SIFT: return cv::SIFT::create();
    case VERNIER_KEYPOINTS_ORB: return cv::ORB::create();
    case VERNIER_KEYPOINTS_AKAZE: return cv::AKAZE::create();
    default: throw std::invalid_argument("no such method of detection");
  }
}

}  // namespace

vernier_keypoints vernier::detectByOpenCV(int32_t method, const cv::Mat &image) {
  vernier_keypoints found{{}, {}, method == VERNIER_KEYPOINTS_SIFT ? cv::NORM_L2 : cv::NORM_HAMMING};
  const auto feature = detector(method);
  if (std::min(image.rows, image.cols) < leastSide) return found;
  feature->detectAndCompute(image, cv::noArray(), found.points, found.descriptors);
  return found;
}
