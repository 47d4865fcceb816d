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

/// Undoes the shifts with which OpenCV states positions in coarser or finer levels, whose samples have other centres: of
/// SIFT a quarter sample from doubling the image, of ORB half of what the level's scale exceeds 1.
void center(int32_t method, std::vector<cv::KeyPoint> &points) {
  constexpr float patch = 31;
  for (auto &point : points) {
    const float shift = method == VERNIER_KEYPOINTS_SIFT ? -0.25f
                        : method == VERNIER_KEYPOINTS_ORB ? (point.size / patch - 1) / 2
                                                          : 0;
    point.pt += cv::Point2f(shift, shift);
  }
}

}  // namespace

vernier_keypoints vernier::detectByOpenCV(int32_t method, const cv::Mat &image) {
  vernier_keypoints found{{}, {}, method == VERNIER_KEYPOINTS_SIFT ? cv::NORM_L2 : cv::NORM_HAMMING};
  const auto feature = detector(method);
  if (std::min(image.rows, image.cols) < leastSide) return found;
  feature->detectAndCompute(image, cv::noArray(), found.points, found.descriptors);
  center(method, found.points);
  return found;
}
