/// What the parts of the plug-in share.
#pragma once

#include "vernier_vision.h"

#include <opencv2/core.hpp>

#include <vector>

/// A row of `descriptors` belongs to the keypoint of the same number.
struct vernier_keypoints {
  std::vector<cv::KeyPoint> points;
  cv::Mat descriptors;
  /// How two descriptors are compared: `cv::NORM_L2` or `cv::NORM_HAMMING`.
  int norm;
};

namespace vernier {

/// Keypoints by OpenCV's SIFT, ORB or AKAZE, with the library's own settings.
vernier_keypoints detectByOpenCV(int32_t method, const cv::Mat &image);

/// Keypoints by dlib's SURF, with the library's own settings.
vernier_keypoints detectSurf(const cv::Mat &image);

/// The image with the mean of its other samples where the mask is 0.
cv::Mat filled(const cv::Mat &image, const cv::Mat &mask);

/// Drops keypoints that lie nearer to a masked-out sample than their own diameter.
void keepClearOf(const cv::Mat &mask, vernier_keypoints &keypoints);

/// Drops the weakest keypoints beyond `limit`; the others keep their order.
void keepStrongest(int32_t limit, vernier_keypoints &keypoints);

/// Denoises floats in place; samples where the mask is 0 stay as they are and have no influence.
void denoise(const vernier_denoising &denoising, cv::Mat &image, const cv::Mat &mask);

std::vector<vernier_match> match(const vernier_keypoints &query, const vernier_keypoints &train, double ratio);

}  // namespace vernier
