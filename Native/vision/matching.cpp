#include "vision.h"

#include <opencv2/features2d.hpp>

#include <stdexcept>

std::vector<vernier_match> vernier::match(const vernier_keypoints &query, const vernier_keypoints &train,
                                          double ratio) {
  if (query.norm != train.norm || query.descriptors.cols != train.descriptors.cols) {
    throw std::invalid_argument("the keypoints are of different methods");
  }
  std::vector<std::vector<cv::DMatch>> nearest;
  cv::BFMatcher(query.norm).knnMatch(query.descriptors, train.descriptors, nearest, 2);

  // The query that is nearest to each of `train`, of those that pass the ratio test.
  std::vector<const cv::DMatch *> taken(train.points.size(), nullptr);
  for (const auto &pair : nearest) {
    if (pair.size() < 2 || !(pair[0].distance < ratio * pair[1].distance)) continue;
    auto &holder = taken[static_cast<size_t>(pair[0].trainIdx)];
    if (!holder || pair[0].distance < holder->distance) holder = &pair[0];
  }
  std::vector<vernier_match> matches;
  for (const auto &pair : nearest) {
    if (!pair.empty() && taken[static_cast<size_t>(pair[0].trainIdx)] == &pair[0]) {
      matches.push_back({pair[0].queryIdx, pair[0].trainIdx});
    }
  }
  return matches;
}
