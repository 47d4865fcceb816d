#pragma once

#include "../files.h"

namespace vernier {

Answer readTIFF(const std::string &path, const vernier_part &part);

/// Writes planes of floats, a channel each.
void writeTIFF(
  const std::string &path, const vernier_image &image, const float *const *channels, const Source &source);

std::unique_ptr<vernier_writer> beginTIFF(
  const std::string &path, const vernier_image &image, const FrameCount &frames, const Source &source);

}  // namespace vernier
