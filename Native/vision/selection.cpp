#include "vision.h"

#include <opencv2/imgproc.hpp>

#include <algorithm>
#include <numeric>

namespace {

/// Keeps the keypoints of the given numbers, in that order.
void keep(const std::vector<int> &numbers, vernier_keypoints &keypoints) {
  if (numbers.size() == keypoints.points.size()) return;
  std::vector<cv::KeyPoint> points;
  cv::Mat descriptors(static_cast<int>(numbers.size()), keypoints.descriptors.cols, keypoints.descriptors.type());
  for (const int number : numbers) {
    keypoints.descriptors.row(number).copyTo(descriptors.row(static_cast<int>(points.size())));
    points.push_back(keypoints.points[static_cast<size_t>(number)]);
  }
  keypoints.points = std::move(points);
  keypoints.descriptors = std::move(descriptors);
}

std::vector<int> numbers(const vernier_keypoints &keypoints) {
  std::vector<int> all(keypoints.points.size());
  std::iota(all.begin(), all.end(), 0);
  return all;
}

}  // namespace

cv::Mat vernier::filled(const cv::Mat &image, const cv::Mat &mask) {
  cv::Mat result(image.size(), image.type(), cv::mean(image, mask));
  image.copyTo(result, mask);
  return result;
}

void vernier::keepClearOf(const cv::Mat &mask, vernier_keypoints &keypoints) {
  cv::Mat distance;
  cv::distanceTransform(mask, distance, cv::DIST_L2, cv::DIST_MASK_PRECISE);
  auto all = numbers(keypoints);
  const auto isNear = [&](int number) {
    const auto &point = keypoints.points[static_cast<size_t>(number)];
    const int x = std::clamp(cvRound(point.pt.x), 0, mask.cols - 1);
    const int y = std::clamp(cvRound(point.pt.y), 0, mask.rows - 1);
    return distance.at<float>(y, x) < point.size;
  };
  all.erase(std::remove_if(all.begin(), all.end(), isNear), all.end());
  keep(all, keypoints);
}

void vernier::keepStrongest(int32_t limit, vernier_keypoints &keypoints) {
  auto all = numbers(keypoints);
  if (all.size() <= static_cast<size_t>(limit)) return;
  std::stable_sort(all.begin(), all.end(), [&](int left, int right) {
    return keypoints.points[static_cast<size_t>(left)].response > keypoints.points[static_cast<size_t>(right)].response;
  });
  all.resize(static_cast<size_t>(limit));
  std::sort(all.begin(), all.end());
  keep(all, keypoints);
}
