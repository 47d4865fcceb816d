#include "vision.h"

#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

/// The image with the nearest other sample where the mask is 0.
cv::Mat extended(const cv::Mat &image, const cv::Mat &mask) {
  cv::Mat distance, labels;
  cv::distanceTransform(mask == 0, distance, labels, cv::DIST_L2, cv::DIST_MASK_5, cv::DIST_LABEL_PIXEL);
  // The labels number the samples within the mask; which is whose is read at these themselves.
  std::vector<float> values(image.total() + 1, 0);
  for (int y = 0; y < image.rows; ++y) {
    for (int x = 0; x < image.cols; ++x) {
      if (mask.at<uint8_t>(y, x)) values[static_cast<size_t>(labels.at<int>(y, x))] = image.at<float>(y, x);
    }
  }
  cv::Mat result = image.clone();
  for (int y = 0; y < image.rows; ++y) {
    for (int x = 0; x < image.cols; ++x) {
      if (!mask.at<uint8_t>(y, x)) result.at<float>(y, x) = values[static_cast<size_t>(labels.at<int>(y, x))];
    }
  }
  return result;
}

/// OpenCV's fast non-local means takes whole numbers; 16 bits over the image's own range keep 1/65535 of it.
cv::Mat nonLocalMeans(const cv::Mat &image, float strength, int patch, int search) {
  double least = 0, most = 0;
  cv::minMaxLoc(image, &least, &most);
  if (!(most > least)) return image.clone();
  const double scale = 65535 / (most - least);
  cv::Mat whole, denoised, result;
  image.convertTo(whole, CV_16U, scale, -least * scale);
  cv::fastNlMeansDenoising(whole, denoised, std::vector<float>{static_cast<float>(strength * scale)}, patch, search,
                           cv::NORM_L1);
  denoised.convertTo(result, CV_32F, 1 / scale, least);
  return result;
}

}  // namespace

void vernier::denoise(const vernier_denoising &denoising, cv::Mat &image, const cv::Mat &mask) {
  const cv::Mat source = mask.empty() ? image : extended(image, mask);
  cv::Mat result;
  if (denoising.method == VERNIER_DENOISING_NON_LOCAL_MEANS) {
    result = nonLocalMeans(source, denoising.strength, denoising.patch, denoising.search);
  } else if (denoising.method == VERNIER_DENOISING_BILATERAL) {
    cv::bilateralFilter(source, result, 0, denoising.strength, denoising.reach);
  } else {
    throw std::invalid_argument("no such method of denoising");
  }
  if (mask.empty()) {
    result.copyTo(image);
  } else {
    result.copyTo(image, mask);
  }
}
