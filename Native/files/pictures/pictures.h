/// What the readers and writers of pictures share.
#pragma once

#include "../files.h"
#include "../payload.h"

#include <cstdint>

namespace vernier {

Answer readPNG(const std::string &path, const vernier_part &part);
Answer readJPEG(const std::string &path, const vernier_part &part);
Answer readBMP(const std::string &path, const vernier_part &part);
Answer readWebP(const std::string &path, const vernier_part &part);
Answer readGIF(const std::string &path, const vernier_part &part);
Answer readJPEG2000(const std::string &path, const vernier_part &part);

/// Samples of integers, one after another with all their channels, as they lie in a picture.
void writePNG(const std::string &path, const vernier_image &image, const char *samples);
void writeJPEG(const std::string &path, const vernier_image &image, const char *samples, int quality);
void writeBMP(const std::string &path, const vernier_image &image, const char *samples);

/// A picture whose samples, one after another with all their channels, are still to be filled. One and three channels are
/// grey and colours; a second and a fourth one is opacity.
Answer makePicture(int32_t format, int64_t width, int64_t height, int channels, int32_t type);

template <typename Sample>
Sample *samplesOf(const Answer &answer) {
  return reinterpret_cast<Sample *>(answer.samples->bytes.get());
}

/// Turns samples upright that are stored as the tag of this number says (TIFF 6.0, Orientation); 0 is none. Takes samples
/// that begin at the first, one after another or channel by channel.
void setUpright(Answer &answer, int orientation);

/// The orientation in an EXIF block, which is a TIFF file in itself; 0 where there is none.
int exifOrientation(const unsigned char *bytes, size_t count);

/// Keeps one of three 8-bit channels that are equal throughout, as a grey palette gives.
void dropEqualColors(Answer &answer);

/// Throws where a picture of one frame and one level is asked for another, and keeps the channel that the part names.
void narrowPicture(Answer &answer, const vernier_part &part);

/// The frame that is meant of an animation.
int64_t chooseFrame(const vernier_part &part, int64_t frames);

/// Says how many frames there are, and whether one was taken by rule.
void setFrames(Answer &answer, const vernier_part &part, int64_t frames, int64_t frame);

/// The content of a file.
std::vector<unsigned char> readWhole(const std::string &path);

/// Red, green and blue of inks that cover from 0, none, to `most`, all.
template <typename Sample>
Sample colorOfInk(Sample ink, Sample black, double most) {
  return static_cast<Sample>((most - ink) * (most - black) / most + 0.5);
}

}  // namespace vernier
