#include "vision.h"

// dlib's settings, which these two include, without BLAS: all that it would do here is scale 64 numbers. What remains is in dlib's
// headers, and no library is linked.
#include <dlib/assert.h>
#include <dlib/test_for_odr_violations.h>
#undef DLIB_USE_BLAS

#include <dlib/array2d.h>
#include <dlib/image_keypoint.h>
#include <dlib/opencv.h>

#include <limits>

vernier_keypoints vernier::detectSurf(const cv::Mat &image) {
  const auto surf = dlib::get_surf_points(dlib::cv_image<unsigned char>(image), std::numeric_limits<long>::max());
  vernier_keypoints found{{}, cv::Mat(static_cast<int>(surf.size()), 64, CV_32F), cv::NORM_L2};
  for (size_t index = 0; index < surf.size(); ++index) {
    const auto &point = surf[index];
    found.points.emplace_back(static_cast<float>(point.p.center.x()), static_cast<float>(point.p.center.y()),
                              static_cast<float>(2 * point.p.scale), static_cast<float>(point.angle),
                              static_cast<float>(point.p.score));
    float *row = found.descriptors.ptr<float>(static_cast<int>(index));
    for (long element = 0; element < 64; ++element) row[element] = static_cast<float>(point.des(element));
  }
  return found;
}
